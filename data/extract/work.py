"""The folder of an extract while it is made: batches, how far it came, what is published."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from data.errors import BusyError, InputError
from data.extract.reading import Place
from data.extract.totals import Totals
from data.kept.checksums import checksum
from data.kept.durable import flush_folder
from data.kept.locking import writer_lock
from data.kept.sealed import DamagedError, read_sealed, write_sealed
from data.load.arrivals import UNFINISHED

MANIFEST = "manifest.json"
ROW_GROUP, ROW_GROUP_BYTES = 20_000, 64 << 20


@dataclass(frozen=True)
class Part:
    """One file of rows that were read, and the place reached with it."""

    file: str
    rows: int
    sum: str
    key: str | None = None
    nulls: bool = False


@dataclass(frozen=True)
class Came:
    """How far one table was read, and what the database said of it."""

    columns: tuple[str, ...]
    totals: Totals
    read_at: str
    parts: tuple[Part, ...] = ()
    done: bool = False

    @property
    def place(self) -> Place:
        """Where to go on."""
        last = self.parts[-1] if self.parts else None
        return Place(last.key, last.nulls) if last else Place()


@dataclass
class Work:
    """The work folder of an extract into `out`; `asked` tells one extract from another, `taken` counts the
    parts that were ever kept: no two have one name, whichever tables a later run finds beside the first ones.
    """

    out: Path
    asked: Mapping[str, Any]
    tables: dict[str, Came] = field(default_factory=dict)
    taken: int = 0

    @property
    def folder(self) -> Path:
        """Where nothing is looked for until it is published."""
        return self.out / UNFINISHED

    @property
    def is_published(self) -> bool:
        """Whether all but the cleaning up was done."""
        return (self.out / MANIFEST).exists()

    def keep(self) -> None:
        """Write how far it came."""
        tables = {name: asdict(came) for name, came in self.tables.items()}
        told = {"asked": self.asked, "taken": self.taken, "tables": tables}
        write_sealed(self.folder / "progress.json", told)

    def path(self, part: Part) -> Path:
        """Where a part lies."""
        return self.folder / part.file

    def drop(self, name: str) -> None:
        """Forget what was read of a table."""
        came = self.tables.pop(name, None)
        self.keep()
        for part in came.parts if came else ():
            self.path(part).unlink(missing_ok=True)

    def is_whole(self, name: str) -> bool:
        """Whether the parts of a table are as they were written."""
        return all(self.path(p).exists() and checksum(self.path(p)) == p.sum for p in self.tables[name].parts)

    def write_part(self, schema: pa.Schema, rows: Iterator[pa.RecordBatch]) -> int:
        """Read rows into a file beside its place; how many there were."""
        count, held, size = 0, list[pa.RecordBatch](), 0
        with pq.ParquetWriter(self.folder / "part.draft", schema, compression="snappy") as writer:
            for batch in rows:
                count += batch.num_rows
                held.append(batch)
                size += batch.nbytes
                if size >= ROW_GROUP_BYTES or sum(b.num_rows for b in held) >= ROW_GROUP:
                    writer.write_table(pa.Table.from_batches(held, schema))
                    held, size = [], 0
            if held:
                writer.write_table(pa.Table.from_batches(held, schema))
        return count

    def take_part(self, name: str, rows: int, reached: Place | None) -> None:
        """Keep the file that was just written as the next part of a table."""
        draft, came = self.folder / "part.draft", self.tables[name]
        with draft.open("rb+") as f:
            os.fsync(f.fileno())
        place = reached or Place()
        part = Part(f"{self.taken:06d}.part", rows, checksum(draft), place.key, place.nulls)
        self.taken += 1
        draft.replace(self.path(part))
        self.tables[name] = replace(came, parts=(*came.parts, part))
        self.keep()

    def finish(self, name: str) -> None:
        """All of a table was read."""
        self.tables[name] = replace(self.tables[name], done=True)
        self.keep()

    def united(self, name: str, file: str, schema: pa.Schema) -> Path:
        """The parts of a table as the one file that is published: equal rows of one file are told apart."""
        target = self.folder / f"{file}.whole"
        with pq.ParquetWriter(target, schema, compression="snappy") as writer:
            for part in self.tables[name].parts:
                read = pq.ParquetFile(self.path(part))
                for group in range(read.num_row_groups):
                    writer.write_table(read.read_row_group(group))
        with target.open("rb+") as f:
            os.fsync(f.fileno())
        return target

    def hand_over(self, files: Mapping[Path, str], manifest: Mapping[str, Any]) -> None:
        """Put the files in their places, the manifest last."""
        for path, name in files.items():
            path.replace(self.out / name)
        flush_folder(self.out)
        write_sealed(self.out / MANIFEST, manifest)

    def manifest(self) -> dict[str, Any]:
        """What was published."""
        return read_sealed(self.out / MANIFEST)[0]


@contextmanager
def work_in(out: Path, asked: Mapping[str, Any]) -> Iterator[Work]:
    """The work folder, held by its lock, with what an extract that was broken off read there.

    InputError where the folder holds anything else, or that extract asked otherwise; BusyError while another
    is written there.
    """
    _usable(out)
    work = Work(out, asked)
    work.folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as held:
        try:
            held.enter_context(writer_lock(work.folder / "lock"))
        except BusyError:
            raise BusyError("another_extract_runs", path=str(out)) from None
        work.tables, work.taken = _former(work)
        work.keep()
        yield work
    if work.is_published:  # from here on it can be loaded
        shutil.rmtree(work.folder)
        flush_folder(out)


def _usable(out: Path) -> None:
    """Refuse a folder that holds anything but an extract that was broken off."""
    if not out.exists():
        return
    if not out.is_dir():
        raise InputError("not_a_folder", path=str(out))
    inside = sorted(p.name for p in out.iterdir())
    if UNFINISHED in inside:
        return
    if MANIFEST in inside:
        raise InputError("extract_is_there", path=str(out))
    if inside:
        raise InputError("extract_folder_not_empty", path=str(out), name=inside[0])


def _former(work: Work) -> tuple[dict[str, Came], int]:
    """What was read before, and how many parts were kept; nothing where the note of it is damaged.

    InputError where it asked otherwise.
    """
    try:
        held, has_seal = read_sealed(work.folder / "progress.json")
    except (FileNotFoundError, DamagedError):
        return {}, 0
    if not has_seal or held["asked"] != work.asked:
        raise InputError("extract_of_another", path=str(work.folder))
    return {name: _came(told) for name, told in held["tables"].items()}, held["taken"]


def _came(told: dict[str, Any]) -> Came:
    parts = tuple(Part(**p) for p in told["parts"])
    return Came(tuple(told["columns"]), Totals(**told["totals"]), told["read_at"], parts, told["done"])
