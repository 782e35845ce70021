"""Every page and view under a link that sets everything: all filters at once, and all parameters spoilt."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from dashboard.frame import link_notice
from dashboard.frame.sidebar import word_of
from dashboard.links.filters import LISTS, Param
from dashboard.links.link_codes import hidden
from dashboard.nav import PAGES
from dashboard.words.format import Format
from dashboard.words.i18n import Translator
from data.dimensions import DECLARED
from data.warehouse.snapshots import open_snapshot
from tests.dashboard.test_links import chips, link, manifests, notices, opened, registered, shown
from tests.dashboard.test_words_across_readers import EVERY

T = Translator("en")
DAY, SPOILT, SECOND = "2026-10-20", "x*y!", "z*z"
COLUMNS = ", ".join(
    {"org": "c.org_no", "area": "c.tg_no"}.get(d.key, f"{'c' if d.of == 'customer' else 's'}.{d.key}")
    for d in DECLARED.values()
)
ONE = f"""
select * from (
    select {COLUMNS}
    from dim_customer as c
    inner join fct_bill as b on c.cons_key = b.cons_key
    inner join dim_segment as s on b.segment_key = s.segment_key
    where c.cons_sort = s.class and c.org_no = s.org_no
)
where columns(*) <> ''
order by all limit 1
"""
OF_UNITS = (
    T("grades.publish_title"),
    *(T(f"collection.{part}_title") for part in ("results", "people", "promises")),
)
"""The headings of the parts that units alone narrow."""


@pytest.fixture(scope="module")
def everything(sample_warehouse: Path) -> dict[str, str]:
    """All filters that a link can have, such that one customer's bills are left."""
    with open_snapshot(sample_warehouse) as db:
        row = db.cursor().execute(ONE).fetchone()
    assert row and all(row)
    return dict(zip(LISTS.values(), map(str, row), strict=True))


def plain(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)


@pytest.mark.parametrize(("key", "view"), EVERY)
def test_a_link_that_sets_everything_is_said_everywhere_and_a_spoilt_one_loses_nothing(
    key: str,
    view: str | None,
    everything: dict[str, str],
    warehouse_env: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    kept, seen = manifests(monkeypatch), params_of(monkeypatch)
    own = {"view": view} if view else {}
    filters = {**everything, "owner": hidden(everything["owner"])}
    app = opened(key, lang="en", asof=DAY, basis="point", **filters, **own)
    assert not app.exception and not notices(app)
    labels = chips(app)
    assert len(labels) == len(filters) + 2, "each filter, the day and the basis"
    day = Format(T).date(date.fromisoformat(DAY))
    said = {day if b.key == "chip_asof" else plain(s).split(": ")[-1] for s, b in labels.items()}
    units = {plain(s).split(": ")[-1] for s, b in labels.items() if b.key.startswith("chip_orgs")}
    for heading in app.subheader if view != "connect" else ():  # no figures of the warehouse stand there
        wanted = {*units, day} if heading.value.startswith(OF_UNITS) else narrowed(heading.value, said, day)
        assert all(words in plain(heading.value) for words in wanted)
    for chart in app.get("plotly_chart"):
        assert all(words in chart.proto.alt for words in narrowed(chart.proto.alt, said, day))
    for manifest in kept:
        told = str((manifest.filters, manifest.basis))
        assert all(words in told for words in narrowed(told, said, day) - {day}), manifest
        assert manifest.as_of == date.fromisoformat(DAY)
    assert any(day in caption.value for caption in app.caption), "the line of the data"
    spoil_and_run(app, seen)


def narrowed(text: str, said: set[str], day: str) -> set[str]:
    """What a heading, chart or file has to say: what is the whole company's whatever the filters says so."""
    return {T("chips.company"), day} if T("chips.company") in text else said


def params_of(monkeypatch: pytest.MonkeyPatch) -> dict[str, Param[Any]]:
    """What the page that is opened declares of its own."""
    seen: dict[str, Param[Any]] = {}
    read = link_notice.read
    monkeypatch.setattr(link_notice, "read", lambda *a: seen.update({p.name: p for p in a[2]}) or read(*a))
    return seen


def spoil_and_run(app: Any, seen: dict[str, Param[Any]]) -> None:
    """All that does not narrow is spoilt, and given twice: it is named or stays, and nothing else is lost."""
    before = link(app)
    spoilt = [p.name for p in seen.values() if not p.narrows and p.name != "view"]
    for name in spoilt:
        app.query_params[name] = [SPOILT, SECOND]
    app.query_params["asof"], app.query_params["vs"] = "9999-12-31", "0001-01-01"
    app.query_params["foo"] = "1"
    app.run()
    assert not app.exception
    [told] = notices(app)
    after = link(app)
    for name in spoilt:
        assert T(f"links.parameters.{name}") in told, name
        assert after.get(name) in (None, [SPOILT]), name
    assert "9999" in told and "0001" in told and "foo" in told
    assert "foo" not in after and "vs" not in after and after.get("asof") is None
    assert all(after[name] == before[name] for name in before if name != "asof"), "what was good stays"


def test_what_would_widen_stops_every_page_and_empty_parameters_say_nothing(
    warehouse_env: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All filters and all that narrows of every page at once: each is named, no figure is shown."""
    declared: set[str] = set()
    for page in PAGES:
        seen = params_of(monkeypatch)
        app = opened(page.key, lang="en", **dict.fromkeys((*LISTS.values(), "view", "asof", "f", "c"), ""))
        assert not app.exception and not notices(app)
        declared |= set(seen)
        narrow = [p.name for p in seen.values() if p.narrows]
        lost = {**dict.fromkeys(LISTS.values(), SPOILT), **dict.fromkeys(narrow, SPOILT)}
        app = opened(page.key, lang="en", **lost)
        [told] = notices(app)
        assert not app.exception and shown(app) == 0
        assert T("links.stopped") in told and all(name in link(app) for name in lost)
        named = [word_of(T, field) for field in LISTS] + [T(f"links.parameters.{n}") for n in narrow]
        assert all(name in told for name in named)
    assert declared == registered(), "a parameter that no page declares, or one that is no module's"
