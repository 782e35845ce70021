"""A warehouse that was spoilt from outside is refused with one known error, and opens again once mended."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from data.ask.sql_files import stream
from data.errors import DengtaError
from data.warehouse import layout
from data.warehouse.snapshots import open_snapshot
from services.warehouse.loading import load
from tests.copying import copied
from tests.data.load_folder import bill, write_bills
from tests.spoilt import SPOILT, put, snapshot_file


@pytest.mark.parametrize("what", SPOILT)
def test_what_was_spoilt_is_refused_until_it_is_mended(
    sample_warehouse: Path, tmp_path: Path, what: str
) -> None:
    mine = tmp_path / "warehouse"
    copied(sample_warehouse, mine)
    with open_snapshot(mine) as db:
        customers = db.cursor().execute("select count(*) from dim_customer").fetchone()
    file, spoil = snapshot_file(mine), SPOILT[what]
    spoil[0](mine)
    with pytest.raises(DengtaError) as refused:
        open_snapshot(mine)
    assert refused.value.key == spoil[1]
    if (mine / "current.json").is_dir():
        (mine / "current.json").rmdir()
    put(mine / "current.json", (sample_warehouse / "current.json").read_bytes())
    put(file, snapshot_file(sample_warehouse).read_bytes())
    with open_snapshot(mine) as db:
        assert db.cursor().execute("select count(*) from dim_customer").fetchone() == customers


@pytest.mark.parametrize(
    "what", ["pointer lost", "half a pointer", "pointer of bytes", "pointer that cannot be read"]
)
def test_a_load_where_the_pointer_cannot_be_read_is_refused_and_changes_nothing(
    sample_warehouse: Path, tmp_path: Path, what: str
) -> None:
    mine, extract = tmp_path / "warehouse", tmp_path / "extract"
    copied(sample_warehouse, mine)
    extract.mkdir()
    write_bills(extract, [bill(1)])
    SPOILT[what][0](mine)
    before = files_of(mine)
    with pytest.raises(DengtaError) as refused:
        load(extract, mine)
    assert refused.value.key == SPOILT[what][1]
    assert files_of(mine) == before


def files_of(warehouse: Path) -> dict[str, tuple[int, int]]:
    """Every file of a warehouse but the writer's lock, with its size and time of change."""
    found = (p for p in warehouse.rglob("*") if p.is_file() and p.name != "lock")
    return {str(p): (p.stat().st_size, p.stat().st_mtime_ns) for p in found}


def test_the_layout_is_that_of_what_a_load_builds(sample_warehouse: Path) -> None:
    with duckdb.connect(str(snapshot_file(sample_warehouse)), read_only=True) as connection:
        found = layout.fingerprint(connection)
    assert found == layout.COLUMNS, (
        "other columns than before: put them, and a LAYOUT one higher, in data/warehouse/layout.py"
    )


def test_a_snapshot_of_no_layout_with_all_that_is_needed_opens(
    sample_warehouse: Path, tmp_path: Path
) -> None:
    mine = tmp_path / "warehouse"
    copied(sample_warehouse, mine)
    with duckdb.connect(str(snapshot_file(mine))) as connection:
        connection.execute("alter table meta_snapshot drop column layout")
        connection.execute("drop table meta_load")
    with open_snapshot(mine) as db:
        assert db.cursor().execute("select count(*) from dim_customer").fetchone() != (0,)


def test_a_file_that_was_opened_is_looked_at_again_once_it_is_another(
    sample_warehouse: Path, tmp_path: Path
) -> None:
    """Its layout is remembered only while it lies there as it did."""
    path = Path(shutil.copy(snapshot_file(sample_warehouse), tmp_path / "copy.duckdb"))
    for refused in (False, False, True):
        if refused:
            with duckdb.connect(str(path)) as writing:
                writing.execute("alter table quarantine add column more integer")
        with duckdb.connect(str(path), read_only=True) as con:
            if refused:
                with pytest.raises(DengtaError, match="snapshot_not_readable"):
                    layout.refuse_other_layout(con, path)
            else:
                layout.refuse_other_layout(con, path)


def test_a_stream_gives_the_rows_and_kinds_of_the_relation_that_duckdb_makes(sample_warehouse: Path) -> None:
    """It is asked by a way that DuckDB does not make public (0221)."""
    sql = "select *, $word as said from dim_customer where cons_no > $word order by cons_no"
    with open_snapshot(sample_warehouse) as db:
        given = {"word": "0"}
        public = db.cursor().sql(sql, params=given).to_arrow_table()
        assert public.num_rows > 500
        assert stream(db, sql, given).read_all().equals(public)
        bills = "select * from fct_bill order by all"
        assert stream(db, bills, {}).read_all().equals(db.cursor().sql(bills).to_arrow_table())
