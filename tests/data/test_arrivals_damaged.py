"""Workbooks, archives and wide texts damaged at random: refused by a sentence, or each line accounted for.

DENGTA_ARRIVALS sets how many of each kind, DENGTA_MUTANT_SEED where to begin.
"""

from __future__ import annotations

import os
import random
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from data.errors import InputError
from data.load.extract_files import ExtractFile
from data.load.loads import Load, LoadedFile, staged_files
from data.load.mapping import read_mapping
from data.load.matching import match_files
from data.load.raw_notes import RawFile
from data.load.raw_store import RawStore
from data.load.staging import build_staging
from data.load.text_views import make_macros
from data.warehouse.publishing import Build, make_folders
from data.warehouse.snapshots import Warehouse
from tests.attack.sizes import size
from tests.attack.tally import Tried
from tests.data.arriving import KINDS, Cell
from tests.data.load_folder import BILL, bill, inspected

MANY = size("arrivals")
FIRST = int(os.environ.get("DENGTA_MUTANT_SEED", "0"))
DAMAGED = ("csv_utf16", "gz", "zip", "zip_xlsx", "xls", "xlsx", "xlsb", "ods", "html_xls", "xml_xls")
WHAT = "Workbooks, archives and wide texts damaged at random: refused, or each line accounted for"


def _damaged(rnd: random.Random, content: bytes) -> bytes:
    data = bytearray(content)
    for _ in range(rnd.randint(1, 3)):
        at = rnd.randrange(len(data))
        match rnd.randrange(5):
            case 0:
                data[at] ^= 1 << rnd.randrange(8)
            case 1:
                del data[at : at + rnd.randint(1, 40)]
            case 2:
                del data[max(at, len(data) // 3) :]
            case 3:
                data[at:at] = rnd.randbytes(rnd.randint(1, 40))
            case _:
                data[at : at + 8] = rnd.choice((b"\0" * 8, b"\xff" * 8))
    return bytes(data)


def _rows(rnd: random.Random) -> list[list[Cell]]:
    bills = [bill(rnd.randrange(10**6)) for _ in range(20)]
    rows: list[list[Cell]] = [["应收电费明细", *[""] * (len(BILL) - 1)], list(BILL)]
    rows += [[row[column] for column in BILL] for row in bills]
    return [*rows, ["合计", *[""] * (len(BILL) - 1)]]


def _is_accounted_for(file: ExtractFile, raw: RawFile) -> bool:
    """Of a sheet every row that holds something: by the number of rows that lie there."""
    if file.piece.grid is None:
        return True
    rows = int(pq.read_metadata(file.piece.path).num_rows)
    named = sum(many for what, many in raw.named if what != "blank")
    blank_cells = sum(many for what, many in raw.named if what == "blank")
    heading = 0 if file.continues else 1
    seen = raw.records + raw.rejected + named + heading
    return seen <= rows <= seen + blank_cells


@pytest.mark.parametrize("kind", DAMAGED)
def test_damaged_arrivals_are_refused_or_accounted_for(kind: str, tmp_path: Path, tried: Tried) -> None:
    house, rules = Warehouse(tmp_path / "wh"), read_mapping()
    make_folders(house)
    build = Build(house, "x")
    make_macros(build.con)
    store = RawStore(house.raw, build.folder, build.con)
    kept: dict[str, LoadedFile] = {}
    name, content = KINDS[kind]
    try:
        for seed in range(FIRST, FIRST + MANY):
            rnd = random.Random(f"{kind} {seed}")
            folder = tmp_path / f"{seed}" / "in"
            folder.mkdir(parents=True)
            (folder / name).write_bytes(_damaged(rnd, content(_rows(rnd))))
            try:
                matches = match_files(inspected(folder / name), rules)[0]
                raws = [store.keep(match.file) for match in matches]
            except InputError:
                continue
            for match, raw in zip(matches, raws, strict=True):
                assert _is_accounted_for(match.file, raw), f"{kind} {seed}"
                at = f"{seed}/{match.file.name}"
                kept[at] = LoadedFile(at, match.table, match.archive, raw, match.columns, match.unmatched)
    finally:
        build.drop()
    broken = _staged(house, store, kept)
    tried(WHAT, MANY - len(broken), len(broken))
    assert not broken


def _staged(house: Warehouse, store: RawStore, kept: dict[str, LoadedFile]) -> list[str]:
    """Stage the files, without those that staging refuses; the ones whose records do not add up."""
    day, number = date(2024, 6, 1), 0
    while kept:
        load = Load("x", "in", day, day, None, tuple(kept.values()), (), "2024-06-01")
        build, number = Build(house, f"y{number}"), number + 1
        make_macros(build.con)
        try:
            build_staging(build.con, staged_files([load], store))
            read = dict(build.con.execute("select file, read from reconciliation").fetchall())
            return [file for file, f in kept.items() if read[file] != f.raw.records + f.raw.rejected]
        except InputError as refused:
            del kept[str(refused.params["file"])]
        finally:
            build.drop()
    return []


CUT = ("gz", "zip", "xls", "xlsx", "xlsb", "ods", "html_xls", "xml_xls", "csv_utf16")


@pytest.mark.parametrize("kind", CUT)
def test_what_was_cut_off_is_refused_by_a_sentence(kind: str, tmp_path: Path) -> None:
    name, content = KINDS[kind]
    whole = content(_rows(random.Random(1)))
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / name).write_bytes(whole[: len(whole) * 2 // 3 | 1])
    with pytest.raises(InputError) as refused:
        inspected(tmp_path / "in" / name)
    wanted = ("not_a_text_file",) if kind == "csv_utf16" else ("file_damaged", "not_a_workbook")
    assert refused.value.key in wanted


@pytest.mark.parametrize("kind", ["zip", "zip_xlsx", "ods"])
def test_an_archive_that_lost_bytes_is_refused_by_a_sentence(kind: str, tmp_path: Path) -> None:
    name, content = KINDS[kind]
    whole = content(_rows(random.Random(1)))
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / name).write_bytes(whole[:45] + whole[85:])
    with pytest.raises(InputError) as refused:
        inspected(tmp_path / "in" / name)
    assert refused.value.key in ("file_damaged", "not_a_workbook")
