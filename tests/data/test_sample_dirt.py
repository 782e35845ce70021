"""The list of planted faults is true: each fault lies in the file at its line."""

from __future__ import annotations

import csv
import re
from collections import Counter
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from data.sample.dirt import EACH, FAULTS, Planted, read_planted
from services.warehouse.sampling import make_sample

LINE_KINDS = {
    "line_cut_short",
    "one_cell_too_many",
    "empty_line",
    "header_repeated",
    "bytes_of_no_encoding",
    "quote_never_closed",
}


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    base = tmp_path_factory.mktemp("dirt")
    for name, dirty in (("clean", False), ("dirty", True)):
        make_sample(base / name, 1_500, 14, seed=3, dirty=dirty)
    return base / "clean", base / "dirty"


def lines(path: Path) -> list[bytes]:
    return path.read_bytes().removeprefix(b"\xef\xbb\xbf").split(b"\r\n")


def cell(folder: Path, p: Planted) -> str:
    header, row = (next(csv.reader([lines(folder / p.file)[i].decode()])) for i in (0, p.line - 1))
    return row[header.index(p.column)]


def test_every_planted_line_differs_from_the_clean_one(folders: tuple[Path, Path]) -> None:
    clean, dirty = folders
    planted = read_planted(dirty)
    assert len(planted) == len({(p.file, p.line, p.kind) for p in planted}) > 100
    for p in planted:
        was, now = lines(clean / p.file), lines(dirty / p.file)
        if p.expected == "merged" and p.table.startswith("ARC_"):
            assert was[p.line - 1] == now[p.line - 1]
        elif p.line <= len(was) - 1 and p.kind != "byte_order_mark":
            assert was[p.line - 1] != now[p.line - 1], p


def test_nothing_but_what_is_listed_was_changed(folders: tuple[Path, Path]) -> None:
    clean, dirty = folders
    listed = {(p.file, p.line) for p in read_planted(dirty)}
    tabbed = {p.file for p in read_planted(dirty) if p.kind == "tab_delimited"}
    assert {p.name for p in dirty.glob("*.csv")} - {p.name for p in clean.glob("*.csv")} == {"_planted.csv"}
    for path in clean.glob("*.csv"):
        was, now = lines(path), lines(dirty / path.name)
        if path.name in tabbed:
            was = [line.replace(b",", b"\t") for line in was]
        changed = {i + 1 for i, (a, b) in enumerate(zip(was[:-1], now, strict=False)) if a != b}
        added = set(range(len(was), len(now)))
        assert {(path.name, i) for i in changed | added} <= listed, path.name


def test_each_kind_is_planted_and_is_what_it_says(folders: tuple[Path, Path]) -> None:
    _, dirty = folders
    planted = read_planted(dirty)
    kinds = Counter((p.kind, p.table, p.column) for p in planted)
    assert all(kinds[f.kind, f.table, f.column] >= min(EACH, 2) for f in FAULTS)
    for p in planted:
        if p.kind in LINE_KINDS or not p.column or p.kind == "live_and_archive_differ":
            continue
        value = cell(dirty, p)
        if p.kind == "letters_in_amount":
            assert not re.fullmatch(r"-?[\d,]+\.\d\d", value)
        elif p.kind == "thousands_separator":
            assert re.fullmatch(r"\d{1,3}(,\d{3})+\.\d\d", value)
        elif p.kind.endswith("_missing"):
            assert value == ""
        elif p.kind == "leading_zero_lost":
            assert re.fullmatch(r"[1-9]\d{8}", value)
        elif p.kind == "date_in_far_future":
            assert value.startswith("2099")


def test_broken_lines_are_broken(folders: tuple[Path, Path]) -> None:
    _, dirty = folders
    for p in read_planted(dirty):
        text = lines(dirty / p.file)
        header, line = text[0], text[p.line - 1]
        if p.kind == "line_cut_short":
            assert line.count(b",") < header.count(b",")
        elif p.kind == "one_cell_too_many":
            assert line.count(b",") > header.count(b",")
        elif p.kind == "empty_line":
            assert line == b""
        elif p.kind == "header_repeated":
            assert line == header
        elif p.kind == "bytes_of_no_encoding":
            for encoding in ("utf-8", "gb18030"):
                with pytest.raises(UnicodeDecodeError):
                    line.decode(encoding)
        elif p.kind == "quote_never_closed":
            assert line.count(b'"') == 1 and p.line == len(text) - 1
        elif p.kind == "tab_delimited":
            assert b"\t" in header and b"," not in header
        elif p.kind == "byte_order_mark":
            assert (dirty / p.file).read_bytes().startswith(b"\xef\xbb\xbf")


def test_twins_are_twins_and_equal_payments_are_two(folders: tuple[Path, Path]) -> None:
    _, dirty = folders
    for p in read_planted(dirty):
        text = lines(dirty / p.file)
        line = text[p.line - 1]
        if p.kind == "same_row_twice":
            assert text.count(line) == 2
        elif p.kind == "equal_payment_same_day":
            twins = [t for t in text if t.split(b",", 2)[1:] == line.split(b",", 2)[1:]]
            assert len(twins) == 2 and len({t.split(b",")[0] for t in twins}) == 2
        elif p.kind == "live_and_archive_differ" and not p.table.startswith("ARC_"):
            key = line.split(b",")[0]
            archived = [t for f in dirty.glob("ARC_A_RCVBL_FLOW*") for t in lines(f) if t.startswith(key)]
            assert len(archived) == 1 and archived[0] != line


def test_gbk_and_parquet_are_spoilt_too(tmp_path: Path) -> None:
    make_sample(tmp_path / "g", 400, 6, encoding="gbk", dirty=True)
    assert {p.kind for p in read_planted(tmp_path / "g")} >= LINE_KINDS
    assert all(
        not (tmp_path / "g" / p.file).read_bytes().startswith(b"\xef") for p in read_planted(tmp_path / "g")
    )
    make_sample(tmp_path / "p", 200, 6, seed=5, format="parquet", dirty=True)  # nobody stole: an empty table
    planted = read_planted(tmp_path / "p")
    assert planted and not {p.kind for p in planted} & LINE_KINDS
    for p in planted:
        if p.kind.endswith("_missing"):
            assert pq.read_table(tmp_path / "p" / p.file)[p.column][p.line - 1].as_py() is None


def test_a_clean_sample_has_no_list(tmp_path: Path) -> None:
    make_sample(tmp_path, 5, 1)
    assert read_planted(tmp_path) == []
