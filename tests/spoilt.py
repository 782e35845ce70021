"""What can happen to a published warehouse from outside, each with the error that must come of it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from data.warehouse.snapshots import Warehouse

Spoil = Callable[[Path], None]
HEADERS = 3 * 4096
"""Bytes before the first block of a DuckDB file."""


def snapshot_file(warehouse: Path) -> Path:
    """The database file that the pointer names."""
    house = Warehouse(warehouse)
    return house.snapshot_path(str(house.current()))


def named_anew(file: Path, snapshot: str) -> bytes:
    """The bytes of a snapshot file that is called `snapshot` inside too: one of another name is refused."""
    with TemporaryDirectory() as folder:
        copy = Path(shutil.copy(file, Path(folder) / f"{snapshot}.duckdb"))
        with duckdb.connect(str(copy)) as connection:
            connection.execute("update meta_snapshot set snapshot = ?", [snapshot])
        return copy.read_bytes()


def _pointer(content: bytes) -> Spoil:
    return lambda warehouse: put(warehouse / "current.json", content)


def put(path: Path, content: bytes) -> None:
    """Replace a file as a careful administrator would: another one, renamed into its place."""
    beside = path.with_name(f"{path.name}.new")
    beside.write_bytes(content)
    beside.replace(path)


def _cut(share: float) -> Spoil:
    def spoil(warehouse: Path) -> None:
        path = snapshot_file(warehouse)
        content = path.read_bytes()
        put(path, content[: int(len(content) * share)])

    return spoil


def _pointer_is_a_folder(warehouse: Path) -> None:
    (warehouse / "current.json").unlink()
    (warehouse / "current.json").mkdir()


def _without_tables(warehouse: Path) -> None:
    path = snapshot_file(warehouse)
    path.unlink()
    duckdb.connect(str(path)).close()


def _without_facts(warehouse: Path) -> None:
    with duckdb.connect(str(snapshot_file(warehouse))) as connection:
        connection.execute("drop table meta_facts")


def damage_block_of(warehouse: Path, table: str) -> None:
    """Flip a bit in the first block that holds a column of the table."""
    path = snapshot_file(warehouse)
    with duckdb.connect(str(path), read_only=True) as connection:
        row = connection.execute(
            "select min(block_id), (select block_size from pragma_database_size()"
            " where database_name = current_database()) from pragma_storage_info($table) where block_id >= 0",
            {"table": table},
        ).fetchone()
    assert row and row[0] is not None, table
    content = bytearray(path.read_bytes())
    content[HEADERS + int(row[0]) * int(row[1]) + 1000] ^= 1
    put(path, bytes(content))


def _changed(sql: str) -> Spoil:
    def spoil(warehouse: Path) -> None:
        with duckdb.connect(str(snapshot_file(warehouse))) as connection:
            for statement in sql.split(";"):
                connection.execute(statement)

    return spoil


def _without_pointer(warehouse: Path) -> None:
    (warehouse / "current.json").unlink()


SPOILT: dict[str, tuple[Spoil, str]] = {
    "pointer lost": (_without_pointer, "pointer_lost"),
    "snapshot of a newer layout": (
        _changed("update meta_snapshot set layout = layout + 1; drop table meta_facts"),
        "snapshot_newer",
    ),
    "snapshot of an older layout": (
        _changed("update meta_snapshot set layout = layout - 1; alter table dim_area drop column tg_name"),
        "snapshot_older",
    ),
    "snapshot of no layout, without a table": (
        _changed("alter table meta_snapshot drop column layout; drop table meta_load; drop table dim_area"),
        "snapshot_older",
    ),
    "snapshot without a column": (
        _changed("alter table dim_area drop column tg_name"),
        "snapshot_not_readable",
    ),
    "pointer to nothing": (_pointer(b'{"snapshot": "19990101T000000", "loads": []}'), "unknown_snapshot"),
    "half a pointer": (_pointer(b'{"snapsh'), "pointer_not_readable"),
    "pointer of bytes": (_pointer(b"\xff\xfe\x00"), "pointer_not_readable"),
    "pointer of another form": (_pointer(b"[]"), "pointer_not_readable"),
    "pointer that cannot be read": (_pointer_is_a_folder, "warehouse_not_readable"),
    "nothing in the snapshot": (_cut(0), "snapshot_not_readable"),
    "half a snapshot": (_cut(0.5), "snapshot_not_readable"),
    "snapshot without its end": (_cut(0.95), "snapshot_not_readable"),
    "snapshot without its facts": (_without_facts, "snapshot_not_readable"),
    "snapshot without tables": (_without_tables, "snapshot_not_readable"),
}
