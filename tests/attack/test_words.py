"""Nothing that comes from outside is markup on any page: beacons stand in every field, and none is live."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.message import Message
from streamlit.testing.v1 import AppTest

from dashboard.customers.credit import TABS
from dashboard.links.link_codes import hidden
from dashboard.nav import PAGES
from dashboard.words.i18n import LANGUAGES, Translator
from data.state import State
from data.warehouse.snapshots import open_snapshot
from tests.attack import beacons
from tests.attack.beacons import HOST, LIVE, PHONE, beacon
from tests.dashboard.opening import page_of
from tests.dashboard.test_pages import OTHER_FORMS, VIEWS

PLAIN_WORDS = """
id form_id url page query_string alt placeholder default value config raw_value raw_values query_param_key
page_script_hash deferred_file_id user_key
"""
PLAIN = frozenset(PLAIN_WORDS.split())
"""Fields of Streamlit's elements that no browser reads as markup."""
PLAIN_OPTIONS = frozenset(("Selectbox", "MultiSelect"))
TAGS = re.compile(r"</?b>|<br>")


@pytest.fixture(scope="module")
def sown(once_per_run: Callable[[str, Callable[[Path], object]], Path]) -> Path:
    """A warehouse of beacons, and beside it the state in which people decided in beacons."""
    return once_per_run("beacons", beacons.make)


@pytest.fixture
def open_page(sown: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., AppTest]:
    """Run a page over the beacons."""
    monkeypatch.setenv("DENGTA_WAREHOUSE", str(sown / "wh"))
    monkeypatch.setenv("DENGTA_STATE", f"sqlite:///{sown / 'state.db'}")

    def run(key: str, chosen: dict[str, str] | None = None, **query: str) -> AppTest:
        app = page_of(key, patience_s=90, **query)
        for name, value in (chosen or {}).items():
            app.session_state[name] = value
        app.run()
        assert not app.exception
        return app

    return run


def live(app: AppTest) -> list[str]:
    """Where a beacon stands on a page that Markdown or Plotly would act upon, or a phone stands at all."""
    found: list[str] = []
    for node in _nodes(app._tree):
        proto = getattr(node, "proto", None)
        if isinstance(proto, Message):
            found += [f"{proto.DESCRIPTOR.name}: a phone"] * (PHONE.encode() in proto.SerializeToString())
            found += [f"{place}: {text[:160]!r}" for place, text in _said(proto) if LIVE.search(text)]
    for table in app.table:
        cells = [*table.value.columns, *table.value.astype(str).to_numpy().ravel()]
        found += [f"table: {cell!r}" for cell in cells if LIVE.search(str(cell))]
    return found


def _nodes(node: Any) -> Iterator[Any]:
    yield node
    for child in getattr(node, "children", {}).values():
        yield from _nodes(child)


def _said(message: Message) -> Iterator[tuple[str, str]]:
    """Every text of an element that may be read as markup, with the field that it stands in."""
    kind = message.DESCRIPTOR.name
    for field, value in message.ListFields():
        if field.name in PLAIN or (field.name == "options" and kind in PLAIN_OPTIONS):
            continue
        place = f"{kind}.{field.name}"
        if place == "PlotlyChart.spec":
            yield from ((place, text) for text in _texts(json.loads(value)) if _is_markup(text))
        elif place.endswith(".columns") and isinstance(value, str):
            yield from ((place, str(c.get("help"))) for c in json.loads(value or "{}").values() if c)
        elif field.message_type and not isinstance(value, Message):
            for one in value if not field.message_type.GetOptions().map_entry else value.values():
                yield from _said(one) if isinstance(one, Message) else ()
        elif isinstance(value, Message):
            yield from _said(value)
        elif field.type == field.TYPE_STRING:
            yield from ((place, text) for text in ([value] if isinstance(value, str) else value))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for one in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _texts(one)


def _is_markup(text: str) -> bool:
    """Whether Plotly would find a tag of the extract's in a text."""
    return "<" in TAGS.sub("", text)


@pytest.mark.parametrize(
    ("turn", "key", "query"),
    [(i, *asked) for i, asked in enumerate((k, {"view": v} if v else {}) for k, v in VIEWS)]
    + [pytest.param(1, *asked, marks=pytest.mark.full) for asked in OTHER_FORMS],
)
def test_no_page_acts_upon_what_comes_from_outside(
    open_page: Callable[..., AppTest], turn: int, key: str, query: dict[str, str]
) -> None:
    assert not live(open_page(key, lang=LANGUAGES[turn % 2], **query))


@pytest.fixture
def codes(sown: Path) -> dict[str, str]:
    """One code of each dimension that is a beacon, and the customer of whom most was decided."""
    asked = "select min(org_no), (select min(tg_no) from dim_area) from dim_org where org_no like '%beacon%'"
    with open_snapshot(sown / "wh") as db:
        org, area = db.cursor().execute(asked).fetchone() or ("", "")
    decided = State(f"sqlite:///{sown / 'state.db'}").objections()
    return {"org": str(org), "tg": str(area), "cons_no": decided[0].cons_no}


@pytest.mark.parametrize("tab", TABS)
def test_a_customers_file_acts_upon_nothing(
    open_page: Callable[..., AppTest], codes: dict[str, str], tab: str
) -> None:
    chosen = {f"credit_{codes['cons_no']}": Translator("en")(f"credit.tabs.{tab}")}
    app = open_page("customers", chosen, lang="en", c=hidden(codes["cons_no"]))
    assert not live(app) and HOST in repr(list(_every(app)))


@pytest.mark.parametrize(("turn", "key"), list(enumerate(page.key for page in PAGES)))
def test_no_link_puts_markup_on_a_page(open_page: Callable[..., AppTest], turn: int, key: str) -> None:
    asked = {name: beacon(turn) for name in ("asof", "basis", "view", "try", beacon(turn), "by", "edges")}
    assert not live(open_page(key, lang="en", **asked))
    assert not live(open_page(key, lang="en", org=beacon(turn)))
    renamed = "~".join(f"credit.grades.{g}.{of}:'{beacon(turn)}" for g in "ABCDE" for of in ("zh", "en"))
    assert not live(open_page(key, lang="en", **{"try": renamed}))


@pytest.mark.parametrize("key", ["overview", "recovery"])
def test_a_filter_by_a_code_that_is_markup_is_named_and_does_nothing(
    open_page: Callable[..., AppTest], codes: dict[str, str], key: str
) -> None:
    app = open_page(key, lang="zh", org=codes["org"], area=codes["tg"])
    assert not live(app) and HOST in repr(list(_every(app)))


def _every(app: AppTest) -> Iterator[str]:
    for node in _nodes(app._tree):
        if isinstance(proto := getattr(node, "proto", None), Message):
            yield from (text for _, text in _said(proto))
