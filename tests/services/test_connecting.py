"""From unknown files to figures: what is found and why, what is chosen, tried, remembered and refused."""

from __future__ import annotations

import gzip
import io
import tomllib
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.plausibility_rules import PlausibilityRules
from analytics.policy import BillingRules
from data.errors import DengtaError, EnvironmentRefusedError, InputError
from data.load import first_rows
from data.load.kept_mappings import kept_mappings, mappings_folder
from data.load.mapping_text import Edit, changed, toml_text
from data.warehouse.snapshots import Warehouse
from services.warehouse import connect_load, connect_sources, first_lines, trying
from services.warehouse.connect_load import begin_load, forget, keep
from services.warehouse.connecting import Desk, connect_folder, connect_uploads
from services.warehouse.loading import load
from services.warehouse.seeing import NO_TABLE, Choice, Seen
from tests.actors import by
from tests.data.load_folder import (
    BILL,
    RECEIPT,
    bill,
    bills_in,
    is_untouched,
    receipt,
    rows_of,
    text_of,
    write_bills,
)
from tests.services import odd_folder as odd

LI, HOUSE, LIMITS = by("li"), "house", PlausibilityRules()


@pytest.fixture(autouse=True)
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The operator opens one folder."""
    (tmp_path / "open").mkdir()
    monkeypatch.setenv("DENGTA_CONNECT_FOLDERS", str(tmp_path / "open"))


def desk_of(folder: Path) -> Desk:
    return connect_folder(LI, Warehouse(folder.parents[1] / HOUSE), str(folder))


def tried(desk: Desk) -> trying.Trial:
    return trying.try_load(LI, desk, BillingRules(), LIMITS)


def seen_of(desk: Desk, name: str) -> Seen:
    return next(s for s in desk.seen() if s.name == name)


def test_files_that_nobody_knows_come_to_the_figures_that_they_hold(tmp_path: Path) -> None:
    desk = desk_of(odd.write(tmp_path / "open" / "odd"))
    assert {(s.name, s.table, s.why) for s in desk.seen()} == {
        (name, None, "none") for name in (odd.BILLS, odd.RECEIPTS, odd.PEOPLE)
    }
    bills = seen_of(desk, odd.BILLS)
    assert bills.file.headings[0] == "票号" and bills.file.above == 3
    assert bills.file.text is not None and bills.file.text.encoding == "gb18030"

    trial = tried(odd.choose_all(desk))

    numbers = range(odd.CUSTOMERS)
    paid = [n for n in numbers if odd.is_paid(n)]
    assert {f.table: (f.read, f.loaded) for f in trial.report.files} == {
        "A_RCVBL_FLOW": (odd.CUSTOMERS,) * 2,
        "A_RCVED_FLOW": (len(paid),) * 2,
        "C_CONS": (odd.CUSTOMERS - 2,) * 2,
    }
    assert {x.name: (x.records, x.found) for x in trial.links} == {
        "receipt_bill": (len(paid), len(paid)),
        "bill_customer": (odd.CUSTOMERS, odd.CUSTOMERS - 2),
    }
    months = trial.months.set_index("rcvbl_ym")
    for ym in odd.MONTHS:
        of_month = [n for n in numbers if odd.month_of(n) == ym]
        assert months.loc[ym, "billed"] == sum(map(odd.fen_of, of_month))
        assert months.loc[ym, "collected"] == sum(odd.fen_of(n) for n in of_month if odd.is_paid(n))
    assert not trial.cut and trial.quarantine.empty
    assert is_untouched(tmp_path / HOUSE)


@pytest.mark.full
def test_what_is_tried_is_what_is_loaded(tmp_path: Path) -> None:
    desk = odd.choose_all(desk_of(odd.write(tmp_path / "open" / "odd")))
    trial = tried(desk)
    running = begin_load(LI, desk, BillingRules(), LIMITS, name="ours")
    running.wait()
    assert running.refusal is None and running.report is not None and running.is_over
    by_table = {f.table: (f.read, f.loaded, f.yuan) for f in running.report.files}
    assert by_table == {f.table: (f.read, f.loaded, f.yuan) for f in trial.report.files}
    assert bills_in(tmp_path / HOUSE)["1007"] == odd.fen_of(7)


def test_why_a_file_is_what_it_is_taken_for_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "open" / "known"
    write_bills(folder, [bill(1), bill(2)])
    (folder / "whatever.csv").write_text(text_of([receipt(1)], RECEIPT), encoding="utf-8")
    desk = desk_of(folder)
    named, by_columns = seen_of(desk, "A_RCVBL_FLOW.csv"), seen_of(desk, "whatever.csv")
    assert (named.table, named.why, len(named.columns)) == ("A_RCVBL_FLOW", "name", len(BILL))
    assert (by_columns.table, by_columns.why) == ("A_RCVED_FLOW", "columns")
    assert by_columns.candidates[0].columns == len(RECEIPT)
    other = by_columns.runner_up
    assert other is not None and other.table != "A_RCVED_FLOW" and other.columns < len(RECEIPT)
    assert by_columns.unread == ()


@pytest.mark.full
def test_a_needed_column_that_is_lacking_is_named_until_it_is_chosen(tmp_path: Path) -> None:
    folder = odd.write(tmp_path / "open" / "odd")
    desk = desk_of(folder)
    desk.choose(odd.BILLS, Choice("A_RCVBL_FLOW"))
    assert set(seen_of(desk, odd.BILLS).lacks) == {"CONS_NO", "RCVBL_YM", "RCVBL_AMT"}
    desk.choose(odd.BILLS, Choice("A_RCVBL_FLOW", columns={"CONS_NO": "哪户", "RCVBL_YM": "哪月"}))
    assert seen_of(desk, odd.BILLS).lacks == ("RCVBL_AMT",)
    with pytest.raises(InputError) as refused:
        tried(desk)
    assert refused.value.key.startswith("column_missing")


@pytest.mark.full
def test_another_column_none_and_undo(tmp_path: Path) -> None:
    folder = tmp_path / "open" / "known"
    rows = [bill(n, OTHER="7.00") for n in (1, 2)]
    folder.mkdir()
    (folder / "A_RCVBL_FLOW.csv").write_text(text_of(rows, [*BILL, "OTHER"]), encoding="utf-8")
    desk, name = desk_of(folder), "A_RCVBL_FLOW.csv"
    proposed = dict(seen_of(desk, name).columns)
    desk.choose(name, Choice(columns={"RCVBL_AMT": "OTHER", "RELEASE_DATE": ""}))
    chosen = seen_of(desk, name)
    assert chosen.columns["RCVBL_AMT"] == "OTHER" and "RELEASE_DATE" not in chosen.columns
    assert {k: v for k, v in chosen.columns.items() if k != "RCVBL_AMT"} == {
        k: v for k, v in proposed.items() if k not in ("RCVBL_AMT", "RELEASE_DATE")
    }
    assert "RCVBL_AMT" in chosen.unread and "RELEASE_DATE" in chosen.unread
    assert tried(desk).report.files[0].yuan["read"] == 1400
    desk.choose(name, Choice(unit="fen", columns={"RCVBL_AMT": "RCVBL_AMT_ID"}))
    assert tried(desk).report.files[0].yuan["read"] == 1001 + 1002
    desk.restore(name)
    assert seen_of(desk, name).columns == proposed and not desk.choices


def test_a_heading_is_read_by_one_column_alone(tmp_path: Path) -> None:
    """Pointed at the heading that another column had, a column has it alone."""
    folder = tmp_path / "open" / "known"
    write_bills(folder, [bill(1)])
    desk = desk_of(folder)
    desk.choose("A_RCVBL_FLOW.csv", Choice(columns={"RCVED_AMT": "T_PQ"}))
    columns = seen_of(desk, "A_RCVBL_FLOW.csv").columns
    assert columns["RCVED_AMT"] == "T_PQ" and "T_PQ" not in columns


def test_the_heading_line_is_chosen_and_found_again_by_the_mapping_alone(tmp_path: Path) -> None:
    """A line above as wide as the heading is taken for it, until a person says which it is."""
    folder = tmp_path / "open" / "wide"
    folder.mkdir()
    text = "甲,乙,丙,丁\n户,月,钱,备\n0000000001,202401,5.00,x\n0000000002,202401,6.00,y\n"
    (folder / "表.csv").write_text(text, encoding="utf-8")
    desk = desk_of(folder)
    assert seen_of(desk, "表.csv").file.headings == ("甲", "乙", "丙", "丁")
    line = seen_of(desk, "表.csv").top[1]
    desk.choose("表.csv", Choice("A_RCVBL_FLOW", line))
    assert seen_of(desk, "表.csv").file.headings == line and not seen_of(desk, "表.csv").is_kept
    columns = {"CONS_NO": "户", "RCVBL_YM": "月", "RCVBL_AMT": "钱"}
    desk.choose("表.csv", Choice("A_RCVBL_FLOW", line, columns))
    assert seen_of(desk, "表.csv").is_kept
    report = tried(desk).report.files[0]
    assert (report.read, report.yuan["loaded"]) == (2, 1100)


@pytest.mark.full
def test_a_file_without_a_heading_is_read_by_places(tmp_path: Path) -> None:
    folder = tmp_path / "open" / "bare"
    folder.mkdir()
    rows = [f"{1000 + n},00{n:08d},202401,{n}.50" for n in range(1, 31)]
    (folder / "明细_202401.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    desk = desk_of(folder)
    desk.choose("明细_202401.csv", Choice("A_RCVBL_FLOW", ()))
    assert seen_of(desk, "明细_202401.csv").file.headings == ("#1", "#2", "#3", "#4")
    places = {"RCVBL_AMT_ID": "#1", "CONS_NO": "#2", "RCVBL_YM": "#3", "RCVBL_AMT": "#4"}
    desk.choose("明细_202401.csv", Choice("A_RCVBL_FLOW", (), places))
    seen = seen_of(desk, "明细_202401.csv")
    assert seen.columns == places and not seen.lacks and seen.is_kept
    report = tried(desk).report.files[0]
    assert (report.read, report.yuan["loaded"]) == (30, sum(n * 100 + 50 for n in range(1, 31)))
    keep(LI, desk, "bare")
    desk.choose("明细_202401.csv", Choice("A_RCVBL_FLOW"))
    assert seen_of(desk, "明细_202401.csv").columns == {}


def test_a_file_called_as_another_table_cannot_be_chosen_for_one(tmp_path: Path) -> None:
    folder = tmp_path / "open" / "known"
    write_bills(folder, [bill(1)])
    desk = desk_of(folder)
    desk.choose("A_RCVBL_FLOW.csv", Choice("C_CONS"))
    seen = seen_of(desk, "A_RCVBL_FLOW.csv")
    assert seen.table == "A_RCVBL_FLOW" and seen.refusal is not None
    assert seen.refusal.key == "connect_official_name"


@pytest.mark.full
def test_a_file_that_is_no_table_is_left_out_and_named(tmp_path: Path) -> None:
    folder = tmp_path / "open" / "known"
    write_bills(folder, [bill(1)])
    write_bills(folder, [bill(2)], "备份_202401.csv")
    desk = desk_of(folder)
    desk.choose("备份_202401.csv", Choice(NO_TABLE))
    assert (seen_of(desk, "备份_202401.csv").table, seen_of(desk, "备份_202401.csv").why) == (
        NO_TABLE,
        "left_out",
    )
    trial = tried(desk)
    assert [f.file for f in trial.report.files] == ["A_RCVBL_FLOW.csv"]
    assert [(x.name, x.reason) for x in trial.report.not_read()] == [("备份_202401.csv", "told_to")]


def test_next_months_folder_loads_without_a_question(tmp_path: Path) -> None:
    desk = odd.choose_all(desk_of(odd.write(tmp_path / "open" / "odd")))
    kept = keep(LI, desk, " 我们公司 ")
    assert (kept.name, kept.by) == ("我们公司", "li")
    (tmp_path / "ours.toml").write_text(kept.toml, encoding="utf-8")
    second = odd.write(tmp_path / "next", first=1000, bills="上半年明细_202407.csv")
    by_file = load(second, tmp_path / "other", tmp_path / "ours.toml")
    remembered = load(second, tmp_path / HOUSE)
    assert remembered.mapped_by == "我们公司" and by_file.mapped_by == "ours.toml"
    assert [(f.file, f.table, f.yuan) for f in remembered.files] == [
        (f.file, f.table, f.yuan) for f in by_file.files
    ]
    assert bills_in(tmp_path / HOUSE) == bills_in(tmp_path / "other")
    again = desk_of(odd.write(tmp_path / "open" / "later", first=2000))
    assert again.base.name == "我们公司" and all(s.table and not s.lacks for s in again.seen())
    forget(LI, again, "我们公司")
    assert kept_mappings(Warehouse(tmp_path / HOUSE)) == []


@pytest.mark.full
def test_a_kept_mapping_takes_no_file_that_it_was_not_made_for(tmp_path: Path) -> None:
    """It knows all that the built-in one knows; the sample's files still go by the built-in one."""
    keep(LI, odd.choose_all(desk_of(odd.write(tmp_path / "open" / "odd"))), "ours")
    write_bills(tmp_path / "official", [bill(1)])
    assert load(tmp_path / "official", tmp_path / HOUSE).mapped_by == ""


@pytest.mark.full
def test_what_was_corrected_of_known_files_is_remembered_too(tmp_path: Path) -> None:
    """As many columns as the built-in mapping knows, one of them another: made for these, it wins."""
    folder = tmp_path / "open" / "known"
    folder.mkdir()
    (folder / "A_RCVBL_FLOW.csv").write_text(
        text_of([bill(1, OTHER="7.00")], [*BILL, "OTHER"]), encoding="utf-8"
    )
    desk = desk_of(folder)
    desk.choose("A_RCVBL_FLOW.csv", Choice(columns={"RCVBL_AMT": "OTHER"}))
    keep(LI, desk, "ours")
    assert load(folder, tmp_path / HOUSE).mapped_by == "ours"
    assert bills_in(tmp_path / HOUSE) == {"1001": 700}


@pytest.mark.full
def test_a_kept_mapping_that_is_damaged_is_named(tmp_path: Path) -> None:
    keep(LI, odd.choose_all(desk_of(odd.write(tmp_path / "open" / "odd"))), "ours")
    (path,) = mappings_folder(Warehouse(tmp_path / HOUSE)).iterdir()
    path.write_text(path.read_text(encoding="utf-8").replace("该收", "票号"), encoding="utf-8")
    with pytest.raises(EnvironmentRefusedError) as refused:
        load(tmp_path / "open" / "odd", tmp_path / HOUSE)
    assert refused.value.key == "kept_mapping_damaged" and is_untouched(tmp_path / HOUSE)


def test_a_kept_mapping_is_not_called_as_one_that_ships(tmp_path: Path) -> None:
    desk = odd.choose_all(desk_of(odd.write(tmp_path / "open" / "odd")))
    for name in ("sg186", " replica"):
        with pytest.raises(InputError) as refused:
            keep(LI, desk, name)
        assert refused.value.key == "mapping_name_taken"


@pytest.mark.parametrize("name", ["", "  ", "x" * 61, "a\nb", "a\0b"])
def test_a_mapping_has_a_name_that_can_be_shown(tmp_path: Path, name: str) -> None:
    desk = odd.choose_all(desk_of(odd.write(tmp_path / "open" / "odd")))
    with pytest.raises(InputError) as refused:
        keep(LI, desk, name)
    assert refused.value.key == "mapping_name"


@pytest.mark.parametrize(
    "who",
    [by("x", may=()), by("x", may=("unmask", "adopt")), by("x", "33401")],
    ids=["none", "other", "unit"],
)
def test_the_service_refuses_who_may_not_load_for_the_company(tmp_path: Path, who: object) -> None:
    desk = desk_of(odd.write(tmp_path / "open" / "odd"))
    house = Warehouse(tmp_path / HOUSE)
    acts: list[Callable[[], object]] = [
        lambda: connect_sources.offered_folders(who),  # type: ignore[arg-type]
        lambda: connect_folder(who, house, str(tmp_path / "open" / "odd")),  # type: ignore[arg-type]
        lambda: connect_uploads(who, house, [("a.csv", b"a,b\n1,2\n")]),  # type: ignore[arg-type]
        lambda: trying.try_load(who, desk, BillingRules(), LIMITS),  # type: ignore[arg-type]
        lambda: begin_load(who, desk, BillingRules(), LIMITS),  # type: ignore[arg-type]
        lambda: keep(who, desk, "ours"),  # type: ignore[arg-type]
        lambda: forget(who, desk, "ours"),  # type: ignore[arg-type]
    ]
    for act in acts:
        with pytest.raises(InputError) as refused:
            act()
        assert refused.value.key in ("load_not_allowed", "load_whole_company")
    assert is_untouched(tmp_path / HOUSE) and not mappings_folder(house).exists()


def test_nothing_of_the_disk_is_told_beyond_what_the_operator_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    house, closed = Warehouse(tmp_path / HOUSE), tmp_path / "closed"
    odd.write(closed)
    inside = odd.write(tmp_path / "open" / "odd")
    (tmp_path / "open" / "way").symlink_to(closed, target_is_directory=True)
    names = [
        closed,
        inside / ".." / ".." / "closed",
        tmp_path / "open" / "way",
        closed / "nothing",
        "/",
        "/etc",
    ]
    for name in [*map(str, names), "", "odd", "open/odd", "\0", str(inside / odd.BILLS), "~", "x" * 5000]:
        with pytest.raises(InputError) as refused:
            connect_folder(LI, house, name)
        assert refused.value.key == "connect_folder_closed"
        assert refused.value.params == {"path": name[:200]}
    assert connect_sources.offered_folders(LI) == [str(inside)]
    (inside / "link.csv").symlink_to(closed / odd.BILLS)
    with pytest.raises(InputError) as refused:
        connect_folder(LI, house, str(inside))
    assert refused.value.key == "connect_link_outside"
    (inside / "link.csv").unlink()
    desk = connect_folder(LI, house, str(inside))
    (inside / "link.csv").symlink_to(closed / odd.BILLS)
    with pytest.raises(InputError) as refused:
        begin_load(LI, desk, BillingRules(), LIMITS)
    assert refused.value.key == "connect_link_outside"
    (inside / "link.csv").unlink()
    monkeypatch.setenv("DENGTA_CONNECT_FOLDERS", "")
    with pytest.raises(InputError) as refused:
        begin_load(LI, desk, BillingRules(), LIMITS)
    assert refused.value.key == "connect_folder_closed"
    for setting in ("", "/", "open", str(tmp_path / "absent")):
        monkeypatch.setenv("DENGTA_CONNECT_FOLDERS", setting)
        assert connect_sources.offered_folders(LI) == []
        with pytest.raises(InputError):
            connect_folder(LI, house, str(inside))


def test_uploads_are_bounded_and_lie_where_they_are_put(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = Warehouse(tmp_path / HOUSE)
    content = text_of([bill(1)], BILL).encode()
    desk = connect_uploads(LI, house, [("../../A_RCVBL_FLOW.csv", content), ("c:\\x\\.~$应收.csv", content)])
    assert sorted(p.name for p in desk.source.iterdir()) == ["A_RCVBL_FLOW.csv", "应收.csv"]
    assert desk.source.is_relative_to(house.temporary) and desk.source.stat().st_mode & 0o077 == 0
    assert [s.table for s in desk.seen()] == ["A_RCVBL_FLOW"] * 2
    monkeypatch.setattr(connect_sources, "MOST_FILE", 10)
    cases = {
        "connect_no_files": [],
        "connect_too_many": [("a.csv", b"")] * 201,
        "connect_upload_big": [("a.csv", content)],
        "connect_name_twice": [("a.csv", b"a"), ("b/A.CSV", b"b")],
    }
    for key, files in cases.items():
        with pytest.raises(InputError) as refused:
            connect_uploads(LI, house, files)
        assert refused.value.key == key


@pytest.mark.parametrize("name", ["..", "", "/", "\0", ".", "load_report.json", "_x", "x" * 400, "表" * 200])
def test_an_upload_has_a_plain_name(name: str) -> None:
    safe = connect_sources.safe_name(name)
    assert safe and "/" not in safe and safe not in (".", "..") and len(safe.encode()) <= 201
    assert safe.isprintable()


def test_a_desk_goes_with_its_reader_and_an_old_one_at_the_next(tmp_path: Path) -> None:
    folder = odd.write(tmp_path / "open" / "odd")
    desk = desk_of(folder)
    left = desk.folder
    del desk
    assert not left.exists()
    old = Warehouse(tmp_path / HOUSE).temporary / "connect-old"
    old.mkdir()
    import os

    os.utime(old, (0, 0))
    kept = desk_of(folder)
    assert not old.exists() and kept.folder.exists()


@pytest.mark.full
def test_a_file_that_cannot_be_read_is_named_beside_the_others(tmp_path: Path) -> None:
    folder = tmp_path / "open" / "mixed"
    write_bills(folder, [bill(1)])
    (folder / "bad.xlsx").write_bytes(b"PK\x03\x04broken")
    (folder / "empty.csv").write_bytes(b"")
    (folder / "note.pdf").write_bytes(b"%PDF-1.4 nothing")
    desk = desk_of(folder)
    seen, refused = desk.looked()
    assert [s.name for s in seen] == ["A_RCVBL_FLOW.csv"]
    assert {name: r.key for name, r in refused.items()} == {
        "bad.xlsx": "file_damaged",
        "empty.csv": "empty_file",
    }
    assert [(x.name, x.reason) for x in desk.survey.left_out] == [("note.pdf", "no_table")]
    with pytest.raises(DengtaError):
        tried(desk)


def _many_bills(folder: Path, kind: str) -> str:
    rows = [bill(n) for n in range(1, 400)]
    text = text_of(rows, BILL)
    name = f"A_RCVBL_FLOW.{'csv' if kind.startswith('utf') else kind}"
    match kind:
        case "csv.gz":
            (folder / name).write_bytes(gzip.compress(text.encode()))
        case "parquet":
            pq.write_table(pa.table({c: [r[c] for r in rows] for c in BILL}), folder / name)
        case "xlsx":
            book = openpyxl.Workbook()
            for row in [BILL, *([r[c] for c in BILL] for r in rows)]:
                book.active.append(row)  # type: ignore[union-attr]
            target = io.BytesIO()
            book.save(target)
            (folder / name).write_bytes(target.getvalue())
        case "csv":
            (folder / name).write_text(text, encoding="gb18030")
        case _:
            (folder / name).write_text(text, encoding=kind)
    return name


WIDE = [pytest.param(kind, marks=pytest.mark.full) for kind in ("utf-16", "csv.gz", "parquet", "xlsx")]


@pytest.mark.parametrize("kind", ["csv", *WIDE])
def test_of_large_files_the_first_rows_are_tried_and_all_is_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setattr(first_rows, "MOST_BYTES", 9_000 if kind != "utf-16" else 18_000)
    monkeypatch.setattr(first_rows, "MOST_RECORDS", 150)
    folder = tmp_path / "open" / "large"
    folder.mkdir()
    name = _many_bills(folder, kind)
    if kind in ("csv.gz", "parquet"):
        monkeypatch.setattr(first_rows, "MOST_BYTES", 2_500)
    desk = desk_of(folder)
    trial = tried(desk)
    read = trial.report.files[0].read
    if kind == "xlsx":
        assert (read, trial.cut) == (399, ())
    else:
        assert 10 < read < 399 and trial.cut == (name,)
    assert trial.report.files[0].loaded == read
    assert load(folder, tmp_path / HOUSE).files[0].read == 399


@pytest.mark.full
def test_a_large_archive_is_named_as_not_tried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(first_rows, "MOST_BYTES", 2_000)
    monkeypatch.setattr(first_rows, "MOST_PACKED", 3_000)
    folder = tmp_path / "open" / "large"
    folder.mkdir()
    (folder / "A_RCVBL_FLOW.csv").write_text(text_of([bill(1)], BILL), encoding="utf-8")
    (folder / "应收.xlsx").write_bytes(b"PK\x03\x04" + b"x" * 4_000)
    assert tried(desk_of(folder)).untried == ("应收.xlsx",)


@pytest.mark.full
def test_receipts_alone_are_tried_where_bills_were_loaded_before(tmp_path: Path) -> None:
    write_bills(tmp_path / "first", [bill(1)])
    folder = tmp_path / "open" / "later"
    folder.mkdir()
    (folder / "A_RCVED_FLOW.csv").write_text(text_of([receipt(1)], RECEIPT), encoding="utf-8")
    with pytest.raises(InputError) as refused:
        tried(desk_of(folder))
    assert refused.value.key == "no_receivables"
    load(tmp_path / "first", tmp_path / HOUSE)
    assert [f.read for f in tried(desk_of(folder)).report.files] == [1]


@pytest.mark.full
def test_what_a_load_would_be_held_for_is_told_beside_its_figures(tmp_path: Path) -> None:
    """Receipts that know bills by another column than theirs: found before anything is loaded."""
    desk = odd.choose_all(desk_of(odd.write(tmp_path / "open" / "odd")))
    wrong = {**odd.CHOSEN[odd.RECEIPTS].columns, "RCVBL_AMT_ID": "流水"}
    desk.choose(odd.RECEIPTS, Choice("A_RCVED_FLOW", columns=wrong))
    trial = tried(desk)
    assert [f.what for f in trial.findings] == ["receipts_without_bill"]
    paid = sum(map(odd.is_paid, range(odd.CUSTOMERS)))
    (link,) = (x for x in trial.links if x.name == "receipt_bill")
    assert (link.records, link.found) == (paid, 0)


@pytest.mark.full
def test_a_load_that_is_stopped_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "open" / "known"
    write_bills(folder, [bill(1)])
    desk = desk_of(folder)
    real = connect_load.load

    def stopped_first(*given: object, **more: object) -> object:
        running.stop()
        return real(*given, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(connect_load, "load", stopped_first)
    running = connect_load.Running(desk, _mapping_of(desk), None, False, BillingRules(), LIMITS)
    running.start().wait()
    assert isinstance(running.refusal, InputError) and running.refusal.key == "load_stopped"
    assert running.report is None and is_untouched(tmp_path / HOUSE)
    monkeypatch.setattr(connect_load, "load", real)
    again = begin_load(LI, desk, BillingRules(), LIMITS)
    again.wait()
    assert again.report is not None and rows_of(tmp_path / HOUSE, "select count(*) from fct_bill") == [(1,)]


def _mapping_of(desk: Desk) -> Path:
    path = desk.folder / "m.toml"
    path.write_text(desk.mapping_text("m"), encoding="utf-8")
    return path


PERSON = (
    *("欧阳小明", "某某路1号", "Zhang San", "0571-87654321", "87654321", "z.s@x.cn", "330106197001011234"),
    *(
        "13812345678.0",
        "13812345678.00",
        "330102800101123.0",
        "13,812,345,678.0",
        "19912345678",
        "87654321.0",
    ),
    "057187654321.00",
)
HARMLESS = [
    "202401",
    "20240105",
    "2024年1月5日",
    "2024-01-05",
    "5.00",
    "1,234.50",
    "￥12.30",
    "123456789.55",
    "12345.0",
    "20191015183000",
    "AC02202",
    "01",
]


def test_first_rows_show_what_is_known_to_be_harmless_and_mask_the_rest() -> None:
    row = [*PERSON, *HARMLESS, "0012345678"]
    headings = [f"h{n}" for n in range(len(row))]
    chosen = {"CONS_NAME": "h0", "ELEC_ADDR": "h1", "CONS_NO": "h2", "MOBILE": "h4", "ORG_NO": "h5"}
    for columns in ({}, chosen):
        shown = first_lines.records([row], headings, columns)[0]
        for cell in PERSON:
            assert cell[1:4] not in " ".join(shown[: len(PERSON)]), cell
        assert shown[len(PERSON) : -1] == HARMLESS
        assert shown[-1] == "0***78", "nobody knows what it is"
    known = first_lines.records([row], headings, {"CONS_NO": headings[-1]})[0]
    assert known[-1] == "0012345678"


def test_a_first_record_is_not_shown_in_a_headings_place() -> None:
    record = ("1001", "0000000001", "欧阳小明", "某某路1号", "5.00")
    other = ("1002", "0000000002", "张三", "某某路2号", "6.00")
    (shown, _) = first_lines.lines([record, other], 0, {"户号", "户名"})
    assert shown == ["1001", "0***01", "欧***", "某***", "5.00"]
    assert not first_lines.is_heading(("欧阳小明", "抄表员"), [("张三", "抄表员"), ("1", "")], ())
    assert not first_lines.is_heading(("欧阳小明", "某某路"), [("张三", "某某街")], ()), "no figures below"
    words = ("票号", "哪户", "叫啥", "2024年", "1月")
    title = ("某某公司 明细", "制表：诸葛亮", "单位：万元")
    top = first_lines.lines([title, words, record, other, ("李四", "", "")], 1, ())
    assert top[0] == ["某***", "制表：诸***", "单位：万元"] and top[1] == list(words)
    assert "小明" not in str(top) and "某某路" not in str(top) and top[4][0] == "李***"
    plain = ["票号", "哪户", "叫啥", "住哪", "多少"]
    assert first_lines.lines([title, plain, record], 0, ())[1] == plain, "the next line may be it"
    repeated = first_lines.lines([words, record, ("户号", "户名", "住")], 0, {"户号", "户名"})
    assert repeated[2] == ["户号", "户名", "住"]


@pytest.mark.parametrize("heading", [0, 3])
def test_who_made_a_list_is_masked_wherever_it_stands_above_it(heading: int) -> None:
    rows = [
        ["制表人：", "张三", ""],
        ["客户 张三 明细", "", ""],
        ["单位：某供电公司", "经办人", "张三", "万元"],
        ["票号", "哪户", "哪月", "多少"],
        ["1", "1", "202401", "5.00"],
    ]
    shown = first_lines.lines(rows, heading, ())
    assert "张三" not in str(shown)
    assert shown[0][0] == "制表人：" and shown[2] == ["单位：某供电公司", "经办人", "张***", "万元"]
    assert shown[3] == rows[3]


TEXTS = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=12)


@given(
    st.dictionaries(
        TEXTS, st.lists(TEXTS, max_size=3) | TEXTS | st.booleans() | st.integers(-9, 9), max_size=4
    ),
    st.dictionaries(TEXTS, st.dictionaries(TEXTS, st.lists(TEXTS, max_size=2), min_size=1), max_size=3),
)
def test_a_mappings_text_says_what_the_mapping_says(
    said: dict[str, object], tables: dict[str, object]
) -> None:
    said.pop("tables", None)
    raw = {**said, **({"tables": tables} if tables else {})}
    assert tomllib.loads(toml_text(raw)) == raw


def test_what_an_edit_does_not_touch_stays_as_it_is_written() -> None:
    base = {
        "name": "theirs",
        "tables": {
            "C_CONS": {
                "files": "名单",
                "needs": ["CONS_NO"],
                "columns": {"BUILD_DATE": {"from": ["立"], "date": "%Y"}},
            },
            "O_ORG": {"files": ["名单"]},
        },
    }
    made = changed(base, "ours", [Edit("名单", "O_ORG", ["编", "立"], {"ORG_NO": "编"})], ["旧"])
    assert made == {
        "name": "ours",
        "leave_out": ["旧"],
        "tables": {
            "C_CONS": {**base["tables"]["C_CONS"], "files": []},  # type: ignore[index]
            "O_ORG": {"files": ["名单"], "columns": {"ORG_NO": {"from": ["编", "ORG_NO"]}}},
        },
    }
    assert base["tables"]["C_CONS"]["files"] == "名单"  # type: ignore[index]
    dated = changed(base, "ours", [Edit("x", "C_CONS", ["建", "立"], {"BUILD_DATE": "建"})])
    assert dated["tables"]["C_CONS"]["columns"]["BUILD_DATE"] == {"from": ["建"], "date": "%Y"}
