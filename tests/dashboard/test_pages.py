"""Every page in both languages on a loaded sample: it draws, in the reader's words, and follows its link."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from analytics.targets import AMOUNTS, MEASURES
from dashboard.ageing import sections as ageing
from dashboard.collection import choice as collection
from dashboard.customers import choice as customers
from dashboard.data_checks import choice as data_checks
from dashboard.evaluation import choice as evaluation
from dashboard.grades import choice as grades
from dashboard.nav import PAGES, ROOT
from dashboard.recovery import sections as recovery
from dashboard.shared.state_store import state
from dashboard.words.format import Format
from dashboard.words.i18n import LANGUAGES, Translator
from dashboard.words.literal import literal
from data.state import State, TargetFigure
from data.warehouse.snapshots import open_snapshot
from services.customers.masking import is_company, masked_name
from tests.dashboard.chart_rules import WITHOUT_TARGET, broken_rules, is_without_target
from tests.dashboard.opening import page_of

PAGES_WITH_VIEWS = {
    "recovery": recovery.VIEWS,
    "ageing": ageing.VIEWS,
    "customers": customers.VIEWS,
    "collection": collection.VIEWS,
    "evaluation": evaluation.VIEWS,
    "grades": grades.VIEWS,
    "data_checks": data_checks.VIEWS,
}
VIEWS = [
    ("overview", None),
    *((key, view) for key, views in PAGES_WITH_VIEWS.items() for view in views),
]
"""Every view of every page."""
OTHER_FORMS: list[tuple[str, dict[str, str]]] = [
    *(("recovery", {"view": "compare", "shape": shape}) for shape in ("multiples", "heatmap")),
    ("recovery", {"view": "compare", "by": "class", "shape": "heatmap"}),
    ("recovery", {"view": "why", "what": "overdue", "vs": "month"}),
    ("recovery", {"view": "ranking", "rank_by": "overdue"}),
    ("grades", {"view": "migration", "measure": "balance"}),
]
"""What else charts of a view look like."""
LATIN_ALLOWED = re.compile(
    r"English|Excel|Shift|\[publishing\]|CSV|Parquet|DSO|CEI|PSI|AUC|KS|Gini|xlsx|csv|parquet|zip|UTF|BOM|python|dashboard|load|dengta|POS|ATM"
    r"|Saaty|Alonso|Lamata|AHP|AUC|CR|CI|RI|max|min|TOML|MB|kWh|kVA|SA_PROP_LIST|[A-Z][A-Z_]{3,}|\d{8}T\d{6}\w*|\b[0-9a-f]{8,12}\b|material/\w+|:\w+:"
)
ZH_BY = Translator("zh")("filters.by")
Open = Callable[..., AppTest]


@pytest.fixture
def open_page(warehouse_env: Path) -> Open:
    """Run a page with URL parameters."""

    def run(key: str, **query: str | list[str]) -> AppTest:
        return page_of(key, **query).run()

    return run


@pytest.fixture(scope="session")
def unit_names(sample_warehouse: Path) -> re.Pattern[str]:
    """What the extract calls its units and (where one is named in a sentence) its customers, as readers see
    them, in whatever language; the longest names first.
    """
    with open_snapshot(sample_warehouse) as db:
        asked = """
            select distinct org_name, null from dim_org
            union all select distinct name, cons_sort from dim_customer
        """
        rows = db.cursor().execute(asked).fetchall()
    names = {literal(masked_name(str(name), kind)) if kind else str(name) for name, kind in rows if name}
    return re.compile("|".join(re.escape(n) for n in sorted(names, key=len, reverse=True)))


def texts(app: AppTest) -> list[str]:
    """What the page says, tables left out: their cells are the extract's."""
    said = [e.value for kind in ("title", "subheader", "markdown", "caption", "info") for e in app.get(kind)]
    said += [w for m in app.metric for w in (m.label, m.value, m.delta)]
    for kind in ("selectbox", "multiselect", "text_input", "number_input", "button", "expander", "tabs"):
        said += [getattr(e, "label", "") for e in app.get(kind)]
    return [str(text) for text in said if text]


def in_link(app: AppTest, name: str) -> list[str]:
    """A parameter of the link, always as a list."""
    value = app.query_params.get(name, [])
    return [value] if isinstance(value, str) else list(value)


def broken(app: AppTest) -> list[str]:
    return [e.message for e in app.exception] + [e.value for e in app.error]


def figures_of(app: AppTest) -> list[dict[str, Any]]:
    """Every figure that the page drew, as its JSON."""
    return [json.loads(chart.proto.spec) for chart in app.get("plotly_chart")]


def is_drawn_in_the_readers_words(app: AppTest, names: re.Pattern[str], key: str, language: str) -> None:
    """A page speaks its reader's language but for the names of units, and its figures keep the rules.

    Each view in each language is held to it where two readers open it, in test_words_across_readers.py.
    """
    assert not broken(app)
    assert app.title[0].value == Translator(language)(f"nav.{key}")
    said = [names.sub("", text) for text in texts(app)]
    assert len(said) > 8
    assert not [text for text in said if "⟦" in text]
    foreign = r"[A-Za-z]{2,}" if language == "zh" else r"[\u3400-\u9fff]"
    guilty = [t for t in said if re.search(foreign, LATIN_ALLOWED.sub("", t).replace("中文", ""))]
    assert not guilty
    assert not [t for t in texts(app) if re.search(r"[，。；：、！？] +[^ ]", t)], "a space behind a stop"
    assert not [rule for figure in figures_of(app) for rule in broken_rules(figure)]


@pytest.mark.parametrize(("key", "asked"), OTHER_FORMS)
def test_every_form_of_a_view_keeps_the_rules_of_figures(
    open_page: Open, key: str, asked: dict[str, str]
) -> None:
    app = open_page(key, lang="zh", **asked)
    assert not broken(app)
    drawn = figures_of(app)
    assert drawn or asked.get("view") == "ranking"
    assert not [rule for figure in drawn for rule in broken_rules(figure)]


def drawn(app: AppTest) -> dict[str, dict[str, Any]]:
    """Every figure that the page drew by the name it was drawn under."""
    found = {}
    for chart in app.get("plotly_chart"):
        key = re.sub(r"_\d{6,}$", "", str(chart.proto.id).split("-chart_")[-1])
        found[key] = json.loads(chart.proto.spec)
    return found


def test_every_chart_of_a_rate_that_has_a_target_draws_it(open_page: Open, warehouse_env: Path) -> None:
    rates = [m for m in MEASURES if m not in AMOUNTS]
    aims = [TargetFigure("334", year * 100 + 1, m, 990_000) for year in (2024, 2025, 2026) for m in rates]
    State.open(warehouse_env).set_targets(aims, "boss", "plan", 0)
    forms = [*((key, {"view": view} if view else {}) for key, view in VIEWS), *OTHER_FORMS]
    seen: set[str] = set()
    for key, query in forms:
        if key in ("overview", "recovery", "ageing"):
            figures = drawn(open_page(key, **query))
            seen |= set(figures)
            assert not [name for name, f in figures.items() if is_without_target(name, f)], (key, query)
    of_rates = ("overview_trend", "recovery_trend", "bill_months", "ranking_org", "forecast", "vintage")
    assert seen >= {*of_rates, "multiples_org", "heatmap_org", "heatmap_class"}
    spared = {word for word in WITHOUT_TARGET if any(name.startswith(word) for name in seen)}
    assert spared >= {*WITHOUT_TARGET} - {"evaluation", "grade"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_customers_are_counted_as_customers(open_page: Open, language: str) -> None:
    t = Translator(language)
    sentences = [t(f"charts.{key}.customers") for key in ("left_out", "all_shown")]
    assert all(("户" if language == "zh" else "customers") in sentence for sentence in sentences)
    told = "|".join(re.sub(r"\\\{\w+\\\}", ".+", re.escape(sentence)) for sentence in sentences)
    for key in ("overview", "ageing"):
        assert [c for c in texts(open_page(key, lang=language)) if re.fullmatch(told, c)], key


def test_every_page_is_tested() -> None:
    assert {key for key, _ in VIEWS} == {page.key for page in PAGES}


@pytest.mark.parametrize(
    ("day", "basis"), [("2026-02-28", "point"), ("2026-01-05", "assessment"), ("2024-03-15", "point")]
)
def test_any_day_and_basis_draws(open_page: Open, day: str, basis: str) -> None:
    for key in ("overview", "recovery", "ageing"):
        assert not broken(open_page(key, asof=day, basis=basis, lang="zh")), key


def test_hostile_links_are_harmless(open_page: Open) -> None:
    query = {"org": ["'; drop table", "33"], "asof": "1970-01-01", "view": "../../etc", "lang": "xx"}
    for key in ("overview", "recovery", "ageing"):
        app = open_page(key, edges="0-0-5", month="999999", by="name", **query)
        assert not broken(app)


def test_an_unknown_code_is_dropped_and_a_known_one_kept(open_page: Open) -> None:
    app = open_page("recovery", **{"class": ["03", "77"]})
    assert app.multiselect(key="filter_classes").value == ["03"]


def test_nothing_that_matches_is_a_designed_state(open_page: Open) -> None:
    """A class with no bills on the very first day: every part says so, none fails."""
    for key in ("overview", "recovery", "ageing"):
        app = open_page(key, lang="en", asof="2024-02-10", **{"class": "01"})
        assert not broken(app)


def test_the_language_switch_keeps_the_filters(open_page: Open) -> None:
    app = open_page("ageing", lang="zh", basis="point", view="years", **{"class": ["03"]})
    app.segmented_control(key="filter_lang").set_value("en").run()
    assert app.title[0].value == "Ageing"
    assert in_link(app, "class") == ["03"]
    assert in_link(app, "basis") == ["point"]
    assert in_link(app, "view") == ["years"]
    assert not broken(app)


def test_a_widget_writes_the_link_and_the_menu_carries_it(open_page: Open) -> None:
    app = open_page("overview", lang="en")
    app.multiselect(key="filter_classes").set_value(["03"]).run()
    assert in_link(app, "class") == ["03"]
    links = [link.proto.query_string for link in app.get("page_link")]
    assert links and all("class=03" in link for link in links[:3])


@pytest.mark.parametrize("key", [p.key for p in PAGES])
def test_the_menu_carries_what_other_pages_read_through_every_page(open_page: Open, key: str) -> None:
    carried = {"edges": "0-15-90", "f": "overdue:100~;theft_last_on:2024-01-01~"}
    carried["try"] = "cut.resident:97-85-70-50"
    app = open_page(key, lang="en", p="2", month="202401", **carried)
    assert not broken(app)
    queries = [parse_qs(link.proto.query_string) for link in app.sidebar.get("page_link")]
    assert len(queries) >= len(PAGES)
    for query in queries:
        assert {name: query.get(name) for name in carried} == {n: [text] for n, text in carried.items()}
        assert not {"p", "month"} & set(query), "a page's own parameters stay on it"


def test_the_select_box_drills_and_the_breadcrumb_leads_back(open_page: Open) -> None:
    app = open_page("recovery", lang="en", view="compare")
    box = next(b for b in app.selectbox if b.label == "Go down to")
    box.select_index(0).run()
    chosen = in_link(app, "org")
    assert len(chosen) == 1
    assert not broken(app)
    crumbs = [link.label for link in app.get("page_link") if link.label.startswith("›")]
    assert crumbs, "no way back up"
    deeper = next(b for b in app.selectbox if b.label == "Go down to")
    deeper.select_index(0).run()
    assert in_link(app, "org")[0].startswith(chosen[0])
    assert len(in_link(app, "org")[0]) >= len(chosen[0])


def levels(app: AppTest) -> list[Any]:
    """The boxes that choose a unit level by level, from the top."""
    return [box for box in app.selectbox if str(box.key).startswith(("filter_orgs_", "filter_areas_"))]


@pytest.mark.parametrize("key", ["overview", "customers", "data_checks"])
def test_a_unit_is_chosen_level_by_level_down_to_the_area(open_page: Open, key: str) -> None:
    app = open_page(key, lang="zh", org="3340101")
    county, station = levels(app)
    assert (county.value, station.value) == ("3340101", None)
    station.select_index(0).run()
    assert in_link(app, "org") == ["334010101"]
    levels(app)[-1].select_index(0).run()
    assert in_link(app, "org") == ["334010101"] and len(in_link(app, "area")) == 1
    assert [bool(box.value) for box in levels(app)] == [True] * 3
    levels(app)[1].set_value(None).run()
    assert (in_link(app, "org"), in_link(app, "area")) == (["3340101"], [])
    levels(app)[0].set_value(None).run()
    assert in_link(app, "org") == [] and not broken(app)


def test_a_step_up_leaves_the_area_and_keeps_the_view(open_page: Open) -> None:
    area = in_area(open_page)
    app = open_page("recovery", lang="en", view="compare", org="334010101", area=area)
    crumbs = [link.proto for link in app.get("page_link") if link.proto.label.startswith("›")]
    assert len(crumbs) == 5, "province, city, county, station, area"
    assert f"area={area}" in crumbs[-1].query_string and "area=" not in crumbs[-2].query_string
    assert all("view=compare" in crumb.query_string for crumb in crumbs)
    top = next(link.proto for link in app.get("page_link") if link.proto.label == "All units")
    assert "org=" not in top.query_string and "area=" not in top.query_string


def in_area(open_page: Open) -> str:
    """One transformer area of the station."""
    app = open_page("overview", org="334010101")
    levels(app)[-1].select_index(0).run()
    return in_link(app, "area")[0]


@pytest.mark.parametrize(
    ("key", "view"), [("overview", ""), ("recovery", "compare"), ("recovery", "cleared"), ("ageing", "")]
)
def test_below_a_station_stand_its_areas(open_page: Open, key: str, view: str) -> None:
    app = open_page(key, org="334010101", lang="zh", **({"view": view} if view else {}))
    assert not broken(app)
    named = [str(key) for d in app.dataframe if "key" in d.value for key in d.value["key"]]
    drawn = [str(chart.proto.spec) for chart in app.get("plotly_chart")]
    area = in_area(open_page)
    assert area in named or any(area in spec for spec in drawn)
    words, asked = Translator("zh"), [box for box in app.selectbox if box.label == ZH_BY]
    assert len(asked) == (key != "overview")
    for box in asked:
        assert box.value == "area" and words("filters.dimension.org") not in box.options


@pytest.mark.parametrize(
    ("key", "views"), [("data_checks", ("quarantine", "checks", "loads")), ("customers", ("list", "mission"))]
)
def test_every_change_of_view_counts(open_page: Open, key: str, views: tuple[str, ...]) -> None:
    app = open_page(key, lang="en")
    for view in (*views, *views):
        app.segmented_control(key=f"switch_{key}_view").set_value(view).run()
        assert in_link(app, "view") == ([] if view == views[-1] else [view])
    assert not broken(app)


def test_buckets_can_be_edited_and_go_into_the_link(open_page: Open) -> None:
    app = open_page("ageing", lang="en")
    app.text_input(key="ageing_edges").set_value("0, 45, 400").run()
    assert in_link(app, "edges") == ["0-45-400"]
    assert not broken(app)
    app.text_input(key="ageing_edges").set_value("45, 0").run()
    assert [w for w in app.warning if "rise" in w.value]
    assert in_link(app, "edges") == ["0-45-400"]


def test_the_late_fee_of_the_published_exercise(open_page: Open) -> None:
    """2,000 yuan due on 15 December 2000, paid on 18 January 2001, industrial: 16 d × 2 ‰ + 18 d × 3 ‰."""
    app = open_page("ageing", lang="en", view="late_fee")
    app.text_input(key="fee_due").set_value("2000-12-15")
    app.text_input(key="fee_paid").set_value("2001-01-18").run()
    assert app.metric[-1].value == "172.00 yuan"


def test_names_are_masked(open_page: Open) -> None:
    app = open_page("overview", lang="zh")
    lists = [d.value for d in app.dataframe if "cons_no" in d.value]
    names = [name for rows in lists for name in rows["name"]]
    assert names and all("*" in name or is_company(name) for name in names)
    assert any("*" in name for name in names) or any(map(is_company, names))


def test_a_folder_without_data_offers_the_first_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DENGTA_WAREHOUSE", str(tmp_path / "empty"))
    app = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=60)
    app.query_params["lang"] = "en"
    app.run()
    assert not broken(app)
    assert app.title[0].value == "No data yet"
    assert "Make the sample" in [b.label for b in app.button]


def test_the_sample_is_made_and_loaded_at_the_press_of_a_button_with_its_progress(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dashboard.frame import first_run
    from data.warehouse.snapshots import Warehouse
    from services.warehouse import prepared
    from tests.dashboard.opening import page_of

    monkeypatch.setenv("DENGTA_WAREHOUSE", str(tmp_path / "empty"))
    monkeypatch.setattr(first_run, "CUSTOMERS", 60)
    monkeypatch.setattr(first_run, "MONTHS", 4)
    monkeypatch.setattr(prepared, "MONTH_ENDS", 1)  # each is asked alike
    drawn: list[tuple[float, str]] = []

    class Bar:
        def progress(self, share: float, words: str) -> None:
            drawn.append((share, words))

    monkeypatch.setattr(first_run.st, "progress", lambda share, words: Bar())
    app = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=180)
    app.query_params["lang"] = "zh"
    app.run()
    next(b for b in app.button if b.label == Translator("zh")("first_run.make")).click().run()
    assert not broken(app)
    assert app.title[0].value == Translator("zh")("nav.overview")
    shares = [share for share, _ in drawn]
    assert (
        len({words for _, words in drawn}) >= 3
        and shares == sorted(shares)
        and 0 <= shares[0] < shares[-1] <= 1
    )
    assert not [words for _, words in drawn if re.search(r"[A-Za-z]{2,}|⟦", words)]
    for note in Warehouse(tmp_path / "empty").loads.glob("*.json"):
        note.write_text("damaged")
    connecting = page_of("data_checks", lang="zh", view="connect").run()
    assert ":material/science:" in [told.icon for told in connecting.warning], "own data would be added to it"


@pytest.mark.parametrize("language", LANGUAGES)
def test_claims_near_their_limit_are_one_list_that_the_ageing_page_leads_to(
    open_page: Open, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dashboard.customers import debt_lists
    from dashboard.shared import store

    in_force = store.policy()
    a_year = replace(in_force, recovery=replace(in_force.recovery, limit_of_action_years=1))
    state().adopt("", a_year.version, "li", "a claim is soon lost", None, name="一年")
    monkeypatch.setattr(store, "policy", lambda: a_year)
    offered: list[pd.DataFrame] = []
    offer = debt_lists.offer

    def seen(page: Any, name: str, frame: pd.DataFrame, *rest: Any) -> None:
        offered.append(frame)
        offer(page, name, frame, *rest)

    monkeypatch.setattr(debt_lists, "offer", seen)
    monkeypatch.setattr(debt_lists, "A_PAGE", 3)
    app = open_page("customers", view="limit", lang=language)
    assert not app.exception and not app.error
    (rows,) = offered
    assert len(rows) > 3 == len(app.dataframe[0].value)
    assert rows["open"].is_monotonic_decreasing
    counts = {f"{len(rows):,}", Format(Translator(language)).money(int(rows["open"].sum()))}
    for key in ("customers", "ageing"):
        told = " ".join(texts(open_page(key, view="limit", lang=language)))
        assert all(count in told for count in counts), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_news_stand_before_the_cards(open_page: Open, language: str) -> None:
    app = open_page("overview", lang=language)
    order = [
        type(e).__name__ if getattr(e, "type", "") == "metric" else getattr(e, "value", "") for e in app.main
    ]
    news, card = order.index(Translator(language)("overview.attention")), order.index("Metric")
    assert news < card
