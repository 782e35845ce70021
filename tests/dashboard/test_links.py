"""What a page does with a link that it does not understand: it says so, and never widens."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

import dashboard
from dashboard.evaluation import choice as evaluation
from dashboard.grades import sections as grades
from dashboard.links.filters import Param
from dashboard.links.link_codes import hidden
from dashboard.nav import PAGES
from dashboard.words.i18n import LANGUAGES, Translator
from data.warehouse.snapshots import open_snapshot
from tests.dashboard.opening import in_turn, page_of

BOTH = pytest.mark.parametrize("language", LANGUAGES)
UNIT, STRANGE = "3340101", "9999999"


def opened(key: str, **query: str | list[str]) -> AppTest:
    return page_of(key, **query).run()


def notices(app: AppTest) -> list[str]:
    """The notices about the link: they have its icon."""
    return [e.value for e in app.warning if e.icon == ":material/link_off:"]


def shown(app: AppTest) -> int:
    """How much of figures, tables and charts a page shows."""
    return sum(len(app.get(kind)) for kind in ("metric", "arrow_data_frame", "table", "plotly_chart"))


def link(app: AppTest) -> dict[str, list[str]]:
    given = {name: app.query_params[name] for name in app.query_params}
    return {name: [v] if isinstance(v, str) else list(v) for name, v in given.items()}


def chips(app: AppTest) -> dict[str, Any]:
    return {b.label: b for b in app.button if str(b.key).startswith("chip_")}


@pytest.fixture(autouse=True)
def data(warehouse_env: object) -> Iterator[None]:
    yield


@pytest.mark.parametrize(("key", "language"), in_turn(p.key for p in PAGES))
def test_a_strange_unit_shows_nothing_until_the_reader_chooses(key: str, language: str) -> None:
    t = Translator(language)
    app = opened(key, org=STRANGE, lang=language, asof="2030-01-01")
    assert not app.exception
    (said,) = notices(app)
    assert STRANGE in said and t("links.stopped") in said and "2030" in said and "⟦" not in said
    assert shown(app) == 0
    assert link(app)["org"] == [STRANGE], "a reload stops again"
    queries = [entry.proto.query_string for entry in menu(app)]
    assert queries and all(f"org={STRANGE}" in query for query in queries), "the menu does not widen either"
    (button,) = [b for b in app.main.button if not b.disabled]
    assert t("chips.company") in button.label
    app = button.click().run()
    assert not notices(app) and not app.exception
    assert link(app) == {"lang": [language]}


@pytest.mark.parametrize(("key", "language"), in_turn(p.key for p in reversed(PAGES)))
def test_what_is_understood_is_shown_and_the_rest_is_named_and_leaves_the_address(
    key: str, language: str
) -> None:
    query = {"org": [UNIT, STRANGE], "basis": "both", "asof": "yesterday", "view": "x*y", "foo": "1"}
    app = opened(key, lang=language, **query)
    assert not app.exception
    (said,) = notices(app)
    for text in (STRANGE, "both", "yesterday", "foo", Translator(language)("links.heading")):
        assert text in said
    assert r"x\*y" in said or (key == "overview" and "view" in said), "quoted, never as markup"
    assert link(app) == {"org": [UNIT], "lang": [language]}
    again = app.run()
    assert notices(again) == [said], "it stays as long as the address does"
    label = next(label for label in chips(app) if label)
    assert not notices(chips(app)[label].click().run())


@BOTH
def test_a_customer_or_filter_that_is_not_understood_does_not_become_the_whole_list(language: str) -> None:
    for query in ({"c": "nobody"}, {"view": "list", "f": "overdue:lots~;is_closed:0"}, {"f": "no_such:1"}):
        app = opened("customers", lang=language, **query)
        (said,) = notices(app)
        assert shown(app) == 0 and Translator(language)("links.stopped") in said
        app = app.main.button[0].click().run()
        assert not notices(app) and not app.exception
        assert "c" not in link(app) and link(app).get("f") in (None, ["is_closed:0"])


def test_a_reader_is_not_told_whether_a_unit_exists(monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    from dashboard.access import signin
    from dashboard.access.auth import LOCAL_USER

    reader = replace(LOCAL_USER, orgs=("334010101",))
    monkeypatch.setattr(signin, "user_or_stop", lambda t: reader)
    said = [notices(opened("recovery", org=unit, lang="en"))[0] for unit in (UNIT, STRANGE)]
    assert said[0].replace(UNIT, STRANGE) == said[1]
    button = opened("recovery", org=UNIT, lang="en").main.button[0]
    assert Translator("en")("chips.company") not in button.label, "the reader has no whole company to see"


def test_a_choice_that_is_not_there_is_named_and_a_click_that_makes_one_stale_is_not() -> None:
    app = opened("recovery", lang="en", view="outlook", month="199901")
    assert ["199901" in said for said in notices(app)] == [True]
    assert "month" not in link(app)
    app = opened("evaluation", lang="en", view="weights", part="nowhere")
    assert ["nowhere" in said for said in notices(app)] == [True]


@pytest.mark.parametrize("view", [*grades.VIEWS, *evaluation.VIEWS])
def test_a_what_if_that_no_policy_can_be_is_named_once_and_leaves_the_address(view: str) -> None:
    key, t = "grades" if view in grades.VIEWS else "evaluation", Translator("en")
    for unusable in ("cut.hv:1-2-3-4", "![](http://elsewhere.example/x):9"):
        app = opened(key, lang="en", view=view, **{"try": unusable})
        (said,) = notices(app)
        assert not app.exception and t("links.heading") in said
        assert t("links.parameters.try") in said and "![" not in said and "⟦" not in said
        assert "try" not in link(app) and "try" not in str([m.proto.query_string for m in menu(app)])


def menu(app: AppTest) -> list[Any]:
    return list(app.sidebar.get("page_link"))


def test_everything_that_narrows_is_a_chip_and_a_click_takes_it_out() -> None:
    asked = {"org": UNIT, "class": ["01", "02"], "asof": "2026-10-20", "basis": "point"}
    app = opened("recovery", lang="en", view="compare", **asked)
    assert not notices(app)
    there = chips(app)
    assert len(there) == 5
    assert all("×" not in label and b.help for label, b in there.items())
    one_class = next(label for label, b in there.items() if b.key == "chip_classes_01")
    app = there[one_class].click().run()
    assert link(app)["class"] == ["02"] and link(app)["view"] == ["compare"]
    for key, name in (("chip_asof", "asof"), ("chip_basis", "basis"), (f"chip_orgs_{UNIT}", "org")):
        app = next(b for b in app.button if b.key == key).click().run()
        assert name not in link(app)
    assert link(app) == {"class": ["02"], "view": ["compare"], "lang": ["en"]}


def test_a_customer_and_the_filters_of_a_list_are_chips(warehouse_env: Path) -> None:
    found = open_snapshot(warehouse_env).cursor().execute("select min(cons_no) from dim_customer").fetchone()
    assert found is not None
    app = opened("customers", lang="en", view="list", f="overdue:100~;is_closed:0")
    labels = [re.sub(r"\\", "", label) for label in chips(app)]
    assert len(labels) == 2 and any("100" in label for label in labels)
    app = next(b for b in app.button if b.key == "chip_f_0").click().run()
    assert link(app)["f"] == ["is_closed:0"]
    app = opened("customers", lang="en", c=hidden(found[0]))
    assert any(found[0] in label for label in chips(app))


def test_a_code_of_a_lists_filter_that_nobody_bears_is_named_and_is_no_markup() -> None:
    image = "![](http://elsewhere.example/x)"
    app = opened("customers", lang="en", view="list", f=f"reader:{image}")
    [chip] = [b for b in app.button if b.key == "chip_f_0"]
    assert "![" not in chip.label and "![" not in chip.help
    assert any("reader" in w.value and "elsewhere" in w.value and "![" not in w.value for w in app.warning)


def manifests(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What every file that a page offers says of itself."""
    from dashboard.tables import downloads

    kept: list[Any] = []
    made = downloads.manifest_of
    monkeypatch.setattr(downloads, "manifest_of", lambda *a, **k: kept.append(made(*a, **k)) or kept[-1])
    return kept


@pytest.mark.parametrize(
    ("key", "query"),
    [("recovery", {"view": "compare"}), ("ageing", {}), ("overview", {}), ("customers", {"view": "list"})],
)
def test_every_heading_chart_and_file_says_what_it_is_about(
    key: str, query: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, t = manifests(monkeypatch), Translator("en")
    whole = opened(key, lang="en", **query)
    told = len([e for e in whole.subheader if ":small[" in e.value])
    assert told == 0 and all(t("filters.dimension.org") not in str(m.filters) for m in kept)
    kept.clear()
    app = opened(key, lang="en", org=UNIT, **{"class": "01"}, **query)
    name = next(label for label, b in chips(app).items() if b.key == f"chip_orgs_{UNIT}").split(": ")[1]
    assert app.subheader or key == "customers"
    assert all(name in e.value for e in app.subheader)
    for chart in app.get("plotly_chart"):
        spec = json.loads(chart.proto.spec)
        assert name in spec["layout"]["title"]["text"] and name in chart.proto.alt
    assert all(name in str(m.filters) for m in kept)


def test_one_customers_tables_are_not_the_units(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = manifests(monkeypatch)
    first = opened("customers", lang="en", view="list")
    number = str(first.dataframe[0].value.iloc[0, 0])
    kept.clear()
    app = opened("customers", lang="en", c=hidden(number))
    assert not app.exception and kept
    assert all(number in str(m.filters) for m in kept)
    assert all(number in e.value for e in app.subheader)


@BOTH
@pytest.mark.parametrize(
    ("key", "query"),
    [
        ("customers", {"view": "list", "p": "99999"}),
        ("customers", {"view": "closed", "closed_p": "99999"}),
        ("recovery", {"view": "ranking", "rank_p": "99999"}),
    ],
    ids=["list", "debts", "ranking"],
)
def test_a_page_beyond_the_last_is_the_last_and_said(key: str, query: dict[str, str], language: str) -> None:
    t = Translator(language)
    app = opened(key, lang=language, **query)
    name = list(query)[-1]
    what = t(f"links.parameters.{name}")
    assert [
        n
        for n in notices(app)
        if t("links.why.beyond", what=what, texts=t("links.quoted", text="99999")) in n
    ]
    assert link(app).get(name) != ["99999"]


def registered() -> set[str]:
    """The names of all parameters that pages have, wherever they are kept."""
    modules = [
        import_module(m.name)
        for m in walk_packages(dashboard.__path__, "dashboard.")
        if "__main__" not in m.name
    ]
    values = [v for module in modules for v in vars(module).values()]
    held = [w for v in values for w in (v.values() if isinstance(v, dict) else (v,))]
    return {v.name for v in held if isinstance(v, Param)}


def test_every_parameter_of_a_page_is_named_in_words() -> None:
    """A notice about a link quotes no name of the address bar."""
    names = registered()
    assert len(names) > 30
    assert not [
        n for n in names for language in LANGUAGES if not Translator(language).has(f"links.parameters.{n}")
    ]


def test_columns_that_no_list_has_are_named() -> None:
    app = opened("customers", view="list", cols="cons_no,hat,overdue", lang="en")
    assert [n for n in notices(app) if "hat" in n]
    assert link(app)["cols"] == ["cons_no,overdue"]


def test_a_day_of_comparison_that_the_data_have_not_is_said_with_those_they_have() -> None:
    said = notices(opened("overview", vs="2030-01-01", lang="en"))
    assert [n for n in said if "2030" in n and "the data reach from" in n]
