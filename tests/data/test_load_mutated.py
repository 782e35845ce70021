"""Extracts damaged at random: nothing crashes, nothing is lost in silence.

DENGTA_MUTANTS sets how many (100 by default), DENGTA_MUTANT_SEED where to begin.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from data.errors import InputError
from data.load.loads import Load, LoadedFile, staged_files
from data.load.mapping import read_mapping
from data.load.matching import match_files
from data.load.raw_store import RawStore
from data.load.staging import build_staging
from data.load.text_views import make_macros
from data.warehouse.publishing import Build, make_folders
from data.warehouse.snapshots import Warehouse
from tests.attack.sizes import size
from tests.attack.tally import Tried
from tests.data.load_folder import BILL, bill, inspected, text_of

MUTANTS = size("mutants")
FIRST = int(os.environ.get("DENGTA_MUTANT_SEED", "0"))
BATCH = 50
Mutation = Callable[[random.Random, bytearray], None]


def _flip(rnd: random.Random, data: bytearray) -> None:
    for _ in range(rnd.randint(1, 8)):
        data[rnd.randrange(len(data))] = rnd.randrange(256)


def _cut(rnd: random.Random, data: bytearray) -> None:
    begin = rnd.randrange(len(data))
    del data[begin : begin + rnd.randint(1, 60)]


def _truncate(rnd: random.Random, data: bytearray) -> None:
    del data[rnd.randrange(len(data) // 2, len(data)) :]


def _insert(rnd: random.Random, data: bytearray) -> None:
    piece = rnd.choice(
        [b'"', b",", b"\n", b"\r", b"\r\n", b"\0", b'""', b"\t", b"\xff\xfe", b"\xef\xbb\xbf", b"\\", b"'"]
    )
    for _ in range(rnd.randint(1, 5)):
        data[(at := rnd.randrange(len(data))) : at] = piece


def _hostile_cell(rnd: random.Random, data: bytearray) -> None:
    cell = rnd.choice(
        [
            "NaN",
            "inf",
            "-",
            "1e999",
            "9" * 40,
            "0x10",
            "１２",
            "202400",
            "20240230",
            "'; drop table x; --",
            "=1+1",
            "电费",
            "1,2",
            '"x"',
            " ",
            "\u3000",
            "1_0",
            "--5",
            "5-",
            "0000-00-00",
            "19000101",
            "99991231",
        ]
    ).encode("utf-8")
    lines = bytes(data).split(b"\n")
    at = rnd.randrange(1, len(lines) - 1)
    cells = lines[at].split(b",")
    cells[rnd.randrange(len(cells))] = cell
    lines[at] = b",".join(cells)
    data[:] = b"\n".join(lines)


def _swap_lines(rnd: random.Random, data: bytearray) -> None:
    lines = bytes(data).split(b"\n")
    a, b = rnd.randrange(len(lines)), rnd.randrange(len(lines))
    lines[a], lines[b] = lines[b], lines[a]
    data[:] = b"\n".join(lines)


MUTATIONS: tuple[Mutation, ...] = (_flip, _cut, _truncate, _insert, _hostile_cell, _swap_lines)


def _mutant(seed: int) -> tuple[bytes, set[str]]:
    """A damaged file, and the ids whose lines were left as they were."""
    rnd = random.Random(seed)
    base = seed * 100
    rows = [bill(base + n, RCVBL_AMT_ID=f"7{base + n:011d}", RELEASE_DATE="20240205") for n in range(30)]
    encoding = rnd.choice(["utf-8", "gb18030", "utf-8-sig"])
    for row in rows[:: rnd.randint(2, 9)]:
        row["ORG_NO"] = "城东所"
    data = bytearray(text_of(rows, BILL, newline=rnd.choice(["\n", "\r\n"])).encode(encoding))
    untouched = {line.strip() for line in bytes(data).splitlines()}
    for _ in range(rnd.randint(1, 3)):
        rnd.choice(MUTATIONS)(rnd, data)
    still = untouched & {line.strip() for line in bytes(data).splitlines()}
    ids = {line.split(b",")[0].decode("ascii", "replace") for line in still}
    return bytes(data), {i for i in ids if i.startswith("7") and len(i) == 12}


@pytest.mark.parametrize("first", range(FIRST, FIRST + MUTANTS, BATCH))
def test_damaged_extracts_are_loaded_quarantined_or_refused(first: int, tmp_path: Path, tried: Tried) -> None:
    """Every line that was not damaged ends in a bill or in quarantine, or its whole file is refused."""
    folder, house = tmp_path / "in", Warehouse(tmp_path / "wh")
    folder.mkdir()
    make_folders(house)
    build = Build(house, "x")
    make_macros(build.con)
    store, rules = RawStore(house.raw, build.folder, build.con), read_mapping()
    kept: dict[str, LoadedFile] = {}
    wanted: dict[str, set[str]] = {}
    seeds = range(first, min(first + BATCH, FIRST + MUTANTS))
    for seed in seeds:
        path = folder / f"A_RCVBL_FLOW_{seed:08d}.csv"
        content, wanted[path.name] = _mutant(seed)
        path.write_bytes(content)
        try:
            match = match_files(inspected(path), rules)[0][0]
            raw = store.keep(match.file)
        except InputError:
            continue
        kept[path.name] = LoadedFile(
            path.name, match.table, match.archive, raw, match.columns, match.unmatched
        )
    try:
        _stage(build, store, kept)
        lost = _lost(build, kept, wanted)
        counts = build.con.execute(
            "select sum(read), sum(loaded + merged + quarantined), sum(quarantined) from reconciliation"
        ).fetchall()[0]
    finally:
        build.drop()
    what = "Extracts damaged at random: each line loaded, quarantined or refused"
    tried(what, len(seeds) - len(lost), len(lost))
    assert lost == {}
    assert counts[0] == counts[1] > 0
    assert counts[2] > 0 or len(kept) < BATCH // 4
    assert len(kept) > BATCH / 4, "so many are refused that the test says little"


def _stage(build: Build, store: RawStore, kept: dict[str, LoadedFile]) -> None:
    """Stage the files; one that staging refuses as a whole is left out, as its sender would do."""
    day = date(2024, 6, 1)
    while True:
        load = Load("x", "in", day, day, None, tuple(kept.values()), (), "2024-06-01")
        try:
            build_staging(build.con, staged_files([load], store))
        except InputError as refused:
            del kept[str(refused.params["file"])]
        else:
            return


def _lost(build: Build, kept: dict[str, LoadedFile], wanted: dict[str, set[str]]) -> dict[str, set[str]]:
    """Lines sought and not found.

    Where the heading of the ids was damaged, a line is known by its customer; where damage made an id the
    same as another file's, one of the two was merged.
    """
    texts = build.con.execute(
        "select file, concat_ws(' ', bill_no, cons_no), bill_no from (select file_no, cons_no, if(has_number,"
        " coalesce(other_no, bill_key::varchar), null) as bill_no from stg_bill)"
        " join meta_file using (file_no)"
        " union all select file, coalesce(record::varchar, value), null from quarantine"
    ).fetchall()
    elsewhere = {bill_no for _, _, bill_no in texts}
    found: dict[str, list[str]] = {}
    for file, text, _ in texts:
        found.setdefault(file, []).append(str(text))
    missing: dict[str, set[str]] = {}
    for name, file in kept.items():
        begin = 0 if "RCVBL_AMT_ID" in file.columns else 4
        missing[name] = {
            i for i in wanted[name] - elsewhere if not any(i[begin:] in t for t in found.get(name, []))
        }
    return {name: ids for name, ids in missing.items() if ids}
