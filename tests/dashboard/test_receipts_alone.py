"""A source of payments without bills: pages say what they cannot show, and show the rest, to the cent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.nav import PAGES
from dashboard.words.format import Format
from dashboard.words.i18n import LANGUAGES, Translator
from data.load.mapping import FOLDER
from data.scope import Scope
from data.warehouse.snapshots import open_snapshot
from services.recovery import figures
from services.warehouse.loading import load
from tests.dashboard.opening import page_of

Open = Callable[..., AppTest]
PAID = [
    ("0001", "2019-01-03", "80.50"),
    ("0001", "2019-01-20", "20"),
    ("0002", "2019-01-31", "0.01"),
    ("0002", "2019-03-01", "1000.40"),
    ("0003", "2019-12-04", "7"),
]


@pytest.fixture(scope="module")
def paid(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse of payments alone."""
    place = tmp_path_factory.mktemp("paid")
    folder, warehouse = place / "extract", place / "warehouse"
    folder.mkdir()
    lines = ["用户编号,缴费日期,缴费金额", *(",".join(row) for row in PAID)]
    (folder / "缴费.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    load(folder, warehouse, mapping=FOLDER / "examples" / "residents_payments.toml")
    return warehouse


@pytest.fixture
def open_page(paid: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Open:
    """Run a page on it with URL parameters."""
    monkeypatch.setenv("DENGTA_WAREHOUSE", str(paid))
    monkeypatch.setenv("DENGTA_STATE", f"sqlite:///{tmp_path / 'state.db'}")

    def run(key: str, **query: str) -> AppTest:
        return page_of(key, **query).run()

    return run


@pytest.mark.parametrize("day", [date(2018, 12, 31), date(2019, 1, 20), date(2019, 12, 4)])
def test_months_and_the_whole_are_what_the_rows_say(paid: Path, day: date) -> None:
    amounts: dict[int, Decimal] = defaultdict(Decimal)
    payers: dict[int, set[str]] = defaultdict(set)
    counts: dict[int, int] = defaultdict(int)
    for number, on, amount in PAID:
        if date.fromisoformat(on) <= day:
            for month in (0, int(on[:4] + on[5:7])):
                amounts[month] += Decimal(amount)
                payers[month].add(number)
                counts[month] += 1
    with open_snapshot(paid) as db:
        found = figures.receipts_alone(db, Scope(day)).to_dict("records")
        nobody = figures.receipts_alone(db, Scope(day, allowed_orgs=("33401",))).to_dict("records")
    said = {r["event_ym"]: (Decimal(r["amount"]) / 100, r["receipts"], r["customers"]) for r in found}
    told = {m: (amounts[m], counts[m], len(payers[m])) for m in amounts}
    assert said == (told or {0: (0, 0, 0)})
    assert [(r["event_ym"], r["receipts"]) for r in nobody] == [(0, 0)], "units outside a reader's own"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", [p.key for p in PAGES])
def test_each_page_says_what_is_lacking_and_shows_the_rest(open_page: Open, key: str, language: str) -> None:
    app = open_page(key, lang=language)
    assert not app.exception and not app.error
    t = Translator(language)
    figures_shown = [m.value for m in app.metric]
    if key in ("overview", "recovery"):
        assert figures_shown == [money(t, 110791), "5", "3"]
    if key == "customers":
        assert figures_shown == ["—", "—", "—"], "nobody known is not nobody"
        captions = [c.value for c in app.caption]
        for lacking in ("bills", "violations"):
            assert t("shell.not_in_source", what=t(f"shell.{lacking}")) in captions


def test_tie_out_of_a_source_without_units_says_so(open_page: Open) -> None:
    app = open_page("data_checks", lang="en", view="tieout")
    assert not app.exception and not app.error
    t = Translator("en")
    said = [b.value for b in (*app.info, *app.caption, *app.markdown)]
    assert any(t("shell.not_in_source", what=t("shell.orgs")) in s for s in said), said


def test_the_list_of_customers_offers_what_the_source_can_fill(open_page: Open) -> None:
    app = open_page("customers", lang="en", view="list")
    assert not app.exception and not app.error
    t = Translator("en")
    assert t("customers.list.found_only", customers="3") in [m.value for m in app.markdown]
    shown = set(app.dataframe[0].value.columns)
    assert {"cons_no", "class", "grade"} <= shown and not {"overdue", "arrears_12m", "theft_count"} & shown
    [order] = [box for box in app.selectbox if box.label == t("customers.list.sort")]
    assert t("columns.overdue") not in order.options
    assert t("columns.days_since_payment") in order.options
    [offered] = [box for box in app.multiselect if box.label == t("customers.list.filters")]
    assert t("columns.overdue") not in offered.options
    assert t("columns.capacity") in offered.options


def money(t: Translator, fen: int) -> str:
    return Format(t).money(fen)
