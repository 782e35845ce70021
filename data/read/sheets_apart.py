"""Have the sheets of a stranger's workbook written as Parquet by a process of its own: it may die alone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from data.errors import InputError
from data.read.apart import ROOT, own_environment
from data.read.kinds import Kind
from data.read.reading_apart import MIB, do_without, limit_this_process
from data.read.sheets import MOST_COLUMNS, Sheet, page_sheets, workbook_sheets, xml_sheets

MOST_MEMORY, MOST_SECONDS, MOST_WRITTEN = 4096 * MIB, 1800, 8192 * MIB
LINE = "line"
BATCH = 20_000


@dataclass(frozen=True)
class Grid:
    """One sheet as a Parquet file of text: `line`, then `c1` to `c<width>`, null where a cell is blank.

    `rows` are those that hold something, `lines` is the last of them.
    """

    path: Path
    name: str
    is_hidden: bool
    width: int
    rows: int
    lines: int


def grids_of(source: Path, kind: Kind, folder: Path, name: str, encoding: str | None = None) -> list[Grid]:
    """Every sheet of a file as a grid in `folder`, which is there.

    InputError as the reader says, `table_unpacks_too_much` where it had to be stopped or died.
    """
    command = [sys.executable, "-m", "data.read.sheets_apart", kind, str(source), str(folder), encoding or ""]
    done = subprocess.run(  # noqa: S603 - this program itself; the words are an argument list
        command,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        cwd=ROOT,
        env=own_environment(),
        check=False,
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )
    try:
        said = [json.loads(line) for line in done.stdout.splitlines()]
        end = said.pop()
    except (ValueError, IndexError):
        raise InputError("table_unpacks_too_much", name=name) from None
    if "refused" in end:
        raise InputError(end["refused"], **{**end["params"], "file": name, "name": name})
    return [Grid(folder / item.pop("file"), **item) for item in said]


def sheets_of(kind: Kind, source: Path, encoding: str | None) -> Iterator[Sheet]:
    """The sheets of a file of that kind."""
    match kind:
        case "html":
            return page_sheets(source, encoding)
        case "xml_sheet":
            return xml_sheets(source)
        case _:
            return workbook_sheets(source)


def write_grid(sheet: Sheet, path: Path) -> tuple[int, int]:
    """Write a sheet; how many rows hold something, and the last of them."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    if sheet.width > MOST_COLUMNS:
        raise InputError("table_too_wide", name=sheet.name, most=MOST_COLUMNS)
    schema = pa.schema([(LINE, pa.int64()), *((f"c{n + 1}", pa.string()) for n in range(sheet.width))])
    count = last = 0
    rows = iter(sheet.rows)
    with pq.ParquetWriter(path, schema, compression="snappy") as writer:
        while batch := list(islice(rows, BATCH)):
            columns: list[list[object]] = [[number for number, _ in batch]]
            columns += [
                [cells[place] or None if place < len(cells) else None for _, cells in batch]
                for place in range(sheet.width)
            ]
            arrays = [pa.array(c, f.type) for c, f in zip(columns, schema, strict=True)]
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema))
            count, last = count + len(batch), batch[-1][0]
    return count, last


def main() -> None:
    """Write the grids, a line of JSON for each, and at the end that it is done or why not."""
    limit_this_process(MOST_MEMORY, MOST_SECONDS, MOST_WRITTEN)
    do_without("numpy", "pandas")  # pyarrow looks for them
    kind, source, folder, encoding = sys.argv[1:]

    def say(**line: object) -> None:
        sys.stdout.write(f"{json.dumps(line)}\n")

    try:
        for number, sheet in enumerate(sheets_of(kind, Path(source), encoding or None), start=1):  # type: ignore[arg-type]
            file = f"{number:04d}.parquet"
            rows, lines = write_grid(sheet, Path(folder) / file)
            about = {"is_hidden": sheet.is_hidden, "width": sheet.width, "rows": rows, "lines": lines}
            say(file=file, name=sheet.name, **about)
        say(done=True)
    except InputError as e:
        say(refused=e.key, params=e.params)
    except (OSError, MemoryError, KeyboardInterrupt, SystemExit):
        raise
    except BaseException:  # over what is damaged these readers stumble, the one in Rust by a panic
        say(refused="file_damaged", params={})
    sys.stdout.flush()
    os._exit(0)  # what the readers hold is not worth taking apart


if __name__ == "__main__":
    main()
