"""Data corrected, tied out and broken under a running server, on a warehouse that no other test reads."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from openpyxl import Workbook
from playwright.sync_api import expect

from dashboard.nav import PAGES
from dashboard.words.format import Format
from dashboard.words.i18n import LANGUAGES, Translator
from data.kept.sealed import read_sealed, sealed
from data.warehouse.snapshots import Warehouse
from services.warehouse.loading import load
from tests.attack.sizes import BROKEN, how_many
from tests.browser.conftest import OpenTab
from tests.browser.server import Tab, serving
from tests.browser.test_connecting import box, choose, press
from tests.browser.test_each_page import address
from tests.browser.test_journeys import data_line, download, sheets
from tests.data.load_folder import rows_of
from tests.oracle import extracts
from tests.oracle.world import build
from tests.reconcile.test_tieout import AS_OF, official
from tests.spoilt import named_anew, put, snapshot_file

ZH, EN = Translator("zh"), Translator("en")
FILE, MONTH = "A_RCVBL_FLOW_202412.csv", "202412"
AMOUNTS = 2
"""How many amounts are spoilt, beside one month."""


@dataclass(frozen=True)
class Own:
    """A folder of extracts with three spoilt records, its warehouse, and a server on it."""

    raw: Path
    warehouse: Path
    address: str
    sound: bytes
    spoilt: dict[str, str]


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """A folder, and a server that was just started on a warehouse in it that is not there yet."""
    base = tmp_path_factory.mktemp("own")
    log = base / "server.log"
    environment = {
        "DENGTA_WAREHOUSE": str(base / "warehouse"),
        "DENGTA_STATE": f"sqlite:///{base / 'state.db'}",
        "DENGTA_CONNECT_FOLDERS": str(base / "open"),
    }
    with serving(environment, log) as at:
        yield base, at
    said = log.read_text(encoding="utf-8")
    assert "Traceback" not in said, f"the server raised:\n{said[-4000:]}"


@pytest.fixture(scope="module")
def own(fresh: tuple[Path, str]) -> Own:
    base, at = fresh
    raw, warehouse = base / "raw", base / "warehouse"
    raw.mkdir()
    extracts.write(raw, 2)
    sound = (raw / FILE).read_bytes()
    spoilt = spoil_three(raw / FILE)
    load(raw, warehouse)
    return Own(raw, warehouse, at, sound, spoilt)


def spoil_three(path: Path) -> dict[str, str]:
    """Put a letter into two amounts and a thirteenth month into a third record; the amounts by number."""
    text = path.read_bytes().decode("utf-8-sig")
    head, *rows = list(csv.reader(io.StringIO(text, newline="")))
    number, amount, month = (head.index(n) for n in ("RCVBL_AMT_ID", "RCVBL_AMT", "RCVBL_YM"))
    bad = [row for row in rows if "." in row[amount]][: AMOUNTS + 1]
    for row in bad[:AMOUNTS]:
        row[amount] = row[amount].replace(".", "O")
    bad[AMOUNTS][month] = "202413"
    out = io.StringIO(newline="")
    csv.writer(out).writerows([head, *rows])
    path.write_bytes(out.getvalue().encode())
    return {row[number]: row[amount] for row in bad}


def fine(tab: Tab) -> bool:
    """Nothing failed, and nothing left this machine."""
    return not tab.broken() and not tab.errors and not tab.foreign


def view(tab: Tab, name: str) -> Tab:
    """Change the view of the data page."""
    tab.page.locator('[data-testid="stMain"]').get_by_text(
        ZH(f"data_checks.views.{name}"), exact=True
    ).click()
    tab.page.wait_for_url(lambda link: parse_qs(urlsplit(link).query).get("view", ["loads"]) == [name])
    return tab.settled()


def test_a_server_without_data_says_what_to_do(open_tab: OpenTab, fresh: tuple[Path, str]) -> None:
    tab = open_tab(at=fresh[1]).open("/recovery")
    assert tab.page.locator("h1").first.inner_text() == ZH("first_run.title")
    assert fine(tab)


def test_a_deep_link_is_the_first_that_sees_the_data(open_tab: OpenTab, own: Own) -> None:
    tab = open_tab(at=own.address).open("/ageing", basis="point")
    assert tab.page.locator("h1").first.inner_text() == ZH("nav.ageing")
    assert ZH("common.basis.point") in data_line(tab)
    assert fine(tab)


def test_spoilt_records_are_corrected_and_loaded_under_a_running_page(open_tab: OpenTab, own: Own) -> None:
    tab = open_tab(at=own.address).open("/data_checks", view="quarantine")
    before, count = data_line(tab), ZH("data_checks.quarantine_found").split("**")[0]
    unit = ZH("data_checks.quarantine_found").split("**")[2][:2]
    assert f"{count}{len(own.spoilt)}{unit}" in tab.words()
    tab.page.get_by_role("combobox", name=ZH("columns.reason")).click()
    tab.page.get_by_role("option", name=ZH("quarantine.not_an_amount")).click()
    expect(tab.page.get_by_text(f"{count}{AMOUNTS}{unit}")).to_be_visible()
    name, content = download(tab.settled(), ZH("data_checks.corrections"))
    assert name.endswith(".zip")
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        text = package.read("A_RCVBL_FLOW_corrections.csv").decode("utf-8-sig")
    given = {row["RCVBL_AMT_ID"]: row["RCVBL_AMT"] for row in csv.DictReader(io.StringIO(text))}
    assert given == dict(list(own.spoilt.items())[:AMOUNTS])

    (own.raw / FILE).write_bytes(own.sound)
    load(own.raw, own.warehouse)

    view(tab, "loads")
    assert data_line(tab) != before, "the running page did not take the new snapshot"
    assert ZH("data_checks.verdict_fine").split("：")[0] in tab.words()
    view(tab, "quarantine")
    assert ZH("data_checks.nothing_quarantined") in tab.words()
    assert fine(tab)


def test_an_uploaded_report_is_explained_down_to_the_bills(
    open_tab: OpenTab, own: Own, tmp_path: Path
) -> None:
    """A report that leaves refunds out, computed from the raw rows: the page finds that, to the fen."""
    world = build([own.raw], extracts.EXTRACT_ON)
    ours, theirs = (
        official(world, "33401", frozenset()),
        official(world, "33401", frozenset({"refunds"})),
    )
    book = Workbook()
    assert book.active is not None
    book.active.append(["单位编号", "应收(元)", "实收(元)", "欠费(元)", "陈欠(元)"])
    measures = ("billed", "collected", "arrears", "old_debt")
    book.active.append(["33401", *(str(Decimal(theirs[m]) / 100) for m in measures)])
    book.save(tmp_path / "report.xlsx")

    tab = open_tab(at=own.address).open("/data_checks", view="tieout", asof=AS_OF.isoformat())
    tab.page.locator('input[type="file"]').set_input_files(tmp_path / "report.xlsx")
    refunds = ZH("data_checks.cause.refunds")
    expect(tab.page.get_by_text(ZH("data_checks.tie.tied", causes=refunds))).to_be_visible(timeout=60_000)
    tab.settled()
    tab.page.locator(".st-key-downloads_tieout_bills").get_by_role("button").click()
    with tab.page.expect_download(timeout=60_000) as caught:
        tab.page.get_by_role("button", name=ZH("downloads.xlsx")).click()
    rows = next(iter(sheets(Path(caught.value.path()).read_bytes()).values()))
    heading = Format(ZH).in_yuan(ZH("columns.effect_billed"))
    top = next(i for i, row in enumerate(rows) if heading in row)
    place = rows[top].index(heading)
    below = [row[place] for row in rows[top + 1 :] if row[place] is not None]
    effects = [Decimal(str(v)) for v in below if not str(v).startswith("=")]  # the total is a formula
    assert sum(effects) * 100 == theirs["billed"] - ours["billed"] != 0
    assert fine(tab)


def sentence(tab: Tab) -> str:
    """The one box that says what is wrong."""
    (said,) = tab.page.locator('[data-testid="stAlertContentError"]').all_inner_texts()
    return str(said)


def test_a_broken_warehouse_is_told_and_mended_without_a_restart(open_tab: OpenTab, own: Own) -> None:
    pointer, file = own.warehouse / "current.json", snapshot_file(own.warehouse)
    told, later = pointer.read_bytes(), "29990101T000000"
    whole = named_anew(file, later)
    moved = sealed(read_sealed(pointer)[0] | {"snapshot": later}).encode()
    tab = open_tab(at=own.address)
    try:
        put(pointer, moved)
        for place, entry in enumerate(PAGES[: how_many(BROKEN)]):
            language = LANGUAGES[place % 2]
            t = Translator(language)
            tab.open(address(entry), lang=language)
            begin = t("errors.unknown_snapshot", snapshot=later, kept="\0").split("\0")[0]
            assert sentence(tab).startswith(begin) and file.stem in sentence(tab)
            assert tab.page.locator("h1").inner_text() == t(f"nav.{entry.key}")
        cut = Warehouse(own.warehouse).snapshot_path(later)
        put(cut, whole[: len(whole) // 2])
        assert sentence(tab.open("/")) == ZH("errors.snapshot_not_readable", path=cut)
        pointer.unlink()
        pointer.mkdir()
        assert sentence(tab.open("/", lang="en")) == EN("errors.warehouse_not_readable", path=own.warehouse)
        pointer.rmdir()
        put(pointer, moved)
        put(cut, whole)
        tab.open("/recovery")
        assert later in data_line(tab) and tab.page.locator('[data-testid="stMetric"]').count() > 3
        assert fine(tab)
    finally:
        put(pointer, told)


STRANGERS = 30
OF_STRANGERS = "select sum(amount) from fct_bill join dim_customer using (cons_key) where cons_no[:2] = '90'"


def of_nobody(folder: Path) -> Path:
    """Bills under headings that nobody knows, of customers that no file has; no tables lie beside them."""
    folder.mkdir(parents=True)
    rows = [f"9{n:09d},202501,{100 + n}.50" for n in range(STRANGERS)]
    (folder / "明细.csv").write_bytes("\r\n".join(["哪户,哪月,该收", *rows, ""]).encode("gb18030"))
    for n in range(8):
        (folder / f"说明{n}.pdf").write_bytes(b"%PDF-1.4 nothing")
    return folder


@pytest.mark.parametrize("t", [ZH, pytest.param(EN, marks=pytest.mark.full)], ids=["zh", "en"])
def test_unknown_files_become_figures_by_clicks_and_what_is_held_is_decided_there(
    t: Translator, open_tab: OpenTab, own: Own
) -> None:
    """Chosen, tried, loaded, held since nobody knows their customers; discarded in zh, published in en."""
    folder = of_nobody(own.warehouse.parent / "open" / t.of / "20250212")
    before, why = Warehouse(own.warehouse).current(), t("columns.reason")
    tab = open_tab(at=own.address).open("/data_checks", view="connect", lang=t.of)
    choose(tab, t("connect.folder"), str(folder))
    press(tab, t("connect.look_folder"))
    assert t("connect.left_out_files", count="8") in tab.words() and "说明3.pdf" not in tab.words(), "folded"
    choose(tab, t("connect.table"), t("data_checks.table.A_RCVBL_FLOW"))
    for column, heading in (("CONS_NO", "哪户"), ("RCVBL_YM", "哪月"), ("RCVBL_AMT", "该收")):
        choose(tab, t(f"extract_columns.{column}"), heading)
    billed = sum(100 * (100 + n) + 50 for n in range(STRANGERS))
    assert f"{billed / 100:,.2f}" in tab.words(), "the first figures"
    press(tab, t("connect.run_button"))
    expect(tab.page.get_by_text(t("connect.held_now"))).to_be_visible(timeout=60_000)
    said = tab.settled().words()
    assert t("held.look.bills_without_customer") in said and "python -m" not in said
    press(tab, t("held.discard"))
    assert t("errors.state_reason_missing") in tab.words() and Warehouse(own.warehouse).current() == before
    tab.page.get_by_label(why).fill("another system's")
    if t is ZH:
        press(tab, t("held.discard"))
        assert t("held.title") not in tab.words() and Warehouse(own.warehouse).current() == before
        press(tab, t("connect.back"))
        chosen = box(tab, t("extract_columns.CONS_NO")).get_attribute("value")
        assert t("connect.files") in tab.words() and chosen == "哪户", "what was chosen stands"
    else:
        tab.page.get_by_role("button", name=t("held.publish"), exact=True).click()
        expect(tab.page.get_by_role("button", name=t("connect.see"))).to_be_visible(timeout=300_000)
        press(tab, t("connect.see"))
        snapshot = Warehouse(own.warehouse).current()
        assert snapshot != before and str(snapshot) in data_line(tab)
        assert rows_of(own.warehouse, OF_STRANGERS) == [(billed,)]
    assert fine(tab)
