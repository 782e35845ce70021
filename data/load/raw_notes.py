"""What is known of a raw file, beside it: how to read it, and the checksum of each of its parts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

import pyarrow.parquet as pq
from pyarrow import ArrowException

from data.kept.checksums import checksum
from data.kept.sealed import DamagedError, read_sealed, write_sealed
from data.load.text_shapes import BARE

WHOLE, REJECTS, SPOILT, NAMED = "parquet", "rejects.parquet", "spoilt.parquet", "named.parquet"
SUMS = "sums"


@dataclass(frozen=True)
class RawFile:
    """One file as kept: `records` rows in `<key>.parquet`, `rejected` lines in `<key>.rejects.parquet`.

    `spoilt` of the records hold a cell that cannot be decoded: `<key>.spoilt.parquet` says which.
    `named` counts the lines that are no records by what they are; `<key>.named.parquet` has those that say
    something. `units` are those of money that they name. In the columns `numbers` a program may have kept
    numbers where others keep texts. `shapes` says by heading what the texts of a column all look like
    (`text_shapes`), where that was seen; `nothing` how many of its empty cells are written as a word (NULL),
    of columns that were taken for days; of others that was not seen.
    Lines are `first_line` + row number, unless `has_lines`: then they stand in the column `__line`.
    """

    key: str
    headings: tuple[str, ...]
    records: int
    rejected: int
    first_line: int
    has_lines: bool
    spoilt: int = 0
    named: tuple[tuple[str, int], ...] = ()
    units: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    shapes: tuple[tuple[str, tuple[str, ...]], ...] = ()
    nothing: tuple[tuple[str, int], ...] = ()

    def is_shaped(self, heading: str) -> bool:
        """Whether all texts of a column are known to be digits, amounts, days or instants of one form."""
        return not self.records or any(shape != BARE for shape in dict(self.shapes).get(heading, ()))

    @property
    def parts(self) -> tuple[str, ...]:
        """The endings of its files."""
        beside = ((REJECTS, self.rejected), (SPOILT, self.spoilt), (NAMED, self.said))
        return (WHOLE, *(name for name, many in beside if many))

    @property
    def said(self) -> int:
        """Named lines that are not blank."""
        return sum(many for what, many in self.named if what != "blank")


@dataclass(frozen=True)
class Fault:
    """A kept file that is not there, or is not as it was written."""

    path: Path
    kind: Literal["missing", "damaged"]


@dataclass(frozen=True)
class Checked:
    """A raw file as it lies there: what is known of it, what is wrong, whether it has checksums."""

    raw: RawFile | None
    faults: tuple[Fault, ...] = ()
    has_sums: bool = True
    bytes: int = 0


def raw_of(held: Mapping[str, Any]) -> RawFile:
    """A raw file as JSON has it; TypeError, KeyError where that is not one."""
    named = tuple((str(what), int(many)) for what, many in held.get("named", ()))
    texts = {key: tuple(held.get(key, ())) for key in ("units", "numbers")}
    shapes = tuple((str(heading), tuple(said)) for heading, said in held.get("shapes", ()))
    nothing = tuple((str(heading), int(many)) for heading, many in held.get("nothing", ()))
    more = {"headings": tuple(held["headings"]), "named": named, "shapes": shapes, "nothing": nothing}
    return RawFile(**{**held, **texts, **more})


def note_path(folder: Path, key: str) -> Path:
    """The note on a raw file."""
    return folder / f"{key}.json"


def part_path(folder: Path, key: str, part: str) -> Path:
    """One of the files of a raw file."""
    return folder / f"{key}.{part}"


def write_note(folder: Path, raw: RawFile) -> None:
    """Keep what is known of a raw file whose parts lie there."""
    sums = {part: checksum(part_path(folder, raw.key, part)) for part in raw.parts}
    write_sealed(note_path(folder, raw.key), {**asdict(raw), SUMS: sums})


def check(folder: Path, key: str) -> Checked:
    """Read a raw file's note and every byte of its parts; one of before has no checksums, but its length."""
    note = note_path(folder, key)
    try:
        held, has_seal = read_sealed(note)
        sums = held.pop(SUMS, None)
        raw = raw_of(held)
        if raw.key != key or (sums is None) == has_seal or (has_seal and set(sums) != set(raw.parts)):
            raise DamagedError(key)
    except FileNotFoundError:
        return Checked(None, (Fault(note, "missing"),))
    except (DamagedError, TypeError, KeyError, OSError):
        return Checked(None, (Fault(note, "damaged"),))
    faults, size = [], 0
    for part in raw.parts:
        path = part_path(folder, key, part)
        if not path.is_file():
            faults.append(Fault(path, "missing"))
            continue
        size += path.stat().st_size
        if not _is_whole(path, raw, part, sums[part] if has_seal else None):
            faults.append(Fault(path, "damaged"))
    return Checked(raw, tuple(faults), has_seal, size)


def _is_whole(path: Path, raw: RawFile, part: str, kept: str | None) -> bool:
    """By its checksum, or by its length where it was kept without; what the disk does not give is damaged."""
    wanted = {WHOLE: raw.records, REJECTS: raw.rejected, SPOILT: raw.spoilt, NAMED: raw.said}
    try:
        if kept is not None:
            return checksum(path) == kept
        return int(pq.read_metadata(path).num_rows) == wanted[part]
    except (ArrowException, OSError):
        return False
