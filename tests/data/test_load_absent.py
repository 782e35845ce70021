"""A table of which no file came is made as its own file declares it: like one that came and has no rows."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb

from data.load.extract_tables import TABLES
from data.load.loads import Load, LoadedFile, staged_files
from data.load.mapping import read_mapping
from data.load.matching import match_files
from data.load.raw_store import RawStore
from data.load.staging import build_staging
from data.load.text_views import make_macros
from data.warehouse.publishing import Build, make_folders
from data.warehouse.snapshots import Warehouse
from tests.data.load_folder import inspected

Columns = dict[str, list[tuple[str, str]]]


def _kept(con: duckdb.DuckDBPyConnection) -> Columns:
    """The columns and kinds of what is kept of each table, in their order."""
    rows = con.execute(
        "select database_name || '.' || table_name, column_name, data_type from duckdb_columns()"
        " where database_name in ('snap', 'staging') order by 1, column_index"
    ).fetchall()
    where = {t.name: "snap" if t.kept == "snapshot" else "staging" for t in TABLES.values()}
    return {
        t.name: [(c, kind) for name, c, kind in rows if name == f"{where[t.name]}.{t.kept_table}"]
        for t in TABLES.values()
    }


def _staged(folder: Path, house: Warehouse) -> Columns:
    """What a load of the folder's files, which may be none, keeps of each table."""
    make_folders(house)
    build = Build(house, folder.name)
    make_macros(build.con)
    store, day = RawStore(house.raw, build.folder, build.con), date(2024, 6, 1)
    try:
        files = [file for path in sorted(folder.iterdir()) for file in inspected(path)]
        matches = match_files(files, read_mapping())[0] if files else []
        kept = [
            LoadedFile(m.file.name, m.table, m.archive, store.keep(m.file), m.columns, m.unmatched)
            for m in matches
        ]
        load = Load("x", "in", day, day, None, tuple(kept), (), "2024-06-01")
        build_staging(build.con, staged_files([load], store))
        return _kept(build.con)
    finally:
        build.drop()


def test_what_is_kept_of_no_file_has_the_columns_and_kinds_of_what_is_kept_of_one(tmp_path: Path) -> None:
    for name in ("nothing", "each"):
        (tmp_path / name).mkdir()
    for table in TABLES.values():
        line = ",".join("1" for _ in table.columns)
        (tmp_path / "each" / f"{table.name}.csv").write_text(f"{','.join(table.columns)}\n{line}\n")
    absent = _staged(tmp_path / "nothing", Warehouse(tmp_path / "wh"))
    came = _staged(tmp_path / "each", Warehouse(tmp_path / "wh"))
    assert all(absent.values()) and all(came.values())
    assert absent == came, "run python -m tools.absent_tables"
