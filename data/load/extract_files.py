"""Find the files of an extract and tell what each is: format, encoding, delimiter, headings, content key."""

from __future__ import annotations

import codecs
import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import xxhash

from data.errors import EnvironmentRefusedError, InputError
from data.read.text_encoding import Encoding, EncodingVote
from data.read.workbooks import EXTRACT, refuse_bombs, xlsx_rows
from data.warehouse.snapshots import Warehouse

Kind = Literal["csv", "parquet", "xlsx"]

CSV_SUFFIXES = frozenset({".csv", ".txt", ".tsv", ".dat"})
CHUNK = 1 << 22
HEAD_BYTES = 1 << 16
# What a user may drop into the folder by mistake: named in the refusal instead of being passed over.
WRONG_KINDS = frozenset(
    {".doc", ".docx", ".pdf", ".xls", ".zip", ".rar", ".7z", ".gz", ".ppt", ".pptx", ".wps", ".et"}
)
PASSED_OVER = frozenset({"load_report.json", "manifest.json", "thumbs.db", "desktop.ini"})


@dataclass(frozen=True)
class TextFacts:
    """What one pass over a delimited file tells; `lines` leaves out blank lines at the end."""

    encoding: Encoding
    delimiter: str
    lines: int
    ends_with_newline: bool
    plain: bool
    """UTF-8 without byte-order mark, NUL or lone CR: the database may read it as it lies."""
    has_nul: bool = False


@dataclass(frozen=True)
class ExtractFile:
    """One file of an extract as it was found."""

    path: Path
    name: str
    kind: Kind
    content_key: str
    size: int
    headings: tuple[str, ...]
    text: TextFacts | None = None


def extract_paths(folder: Path) -> list[Path]:
    """The data files of a folder and of those one level down; InputError when there is none."""
    try:
        if not folder.is_dir():
            raise InputError("not_a_folder" if folder.exists() else "no_such_folder", path=str(folder))
        if _is_of_a_warehouse(folder.resolve()):
            raise InputError("folder_is_warehouse", path=str(folder))
        inside = sorted(folder.iterdir())
        inside += [p for sub in inside if sub.is_dir() for p in sorted(sub.iterdir())]
    except PermissionError as e:
        raise EnvironmentRefusedError("folder_not_readable", path=str(folder)) from e
    files = [p for p in inside if p.is_file() and not p.name.startswith((".", "_", "~$"))]
    wanted = [p for p in files if p.suffix.lower() in CSV_SUFFIXES | {".parquet", ".xlsx"}]
    wrong = [p.name for p in files if p.suffix.lower() in WRONG_KINDS]
    if wrong:
        raise InputError("wrong_kind_of_file", file=wrong[0], path=str(folder))
    if not wanted:
        raise InputError("empty_folder", path=str(folder))
    return wanted


def _is_of_a_warehouse(folder: Path) -> bool:
    """What was read would be loaded once more, and win over what corrected it since."""
    houses = (Warehouse(folder), Warehouse(folder.parent))
    return any(h.pointer.exists() and folder in (h.path, h.raw, h.graded, h.exports) for h in houses)


def inspect(path: Path, folder: Path) -> ExtractFile:
    """Read a file once for its key, encoding and headings; InputError when it is not what its name says.

    `table_too_wide` for more columns than any extract has.
    """
    file = _inspected(path, folder)
    if len(file.headings) > EXTRACT.columns:
        raise InputError("table_too_wide", name=file.name, most=EXTRACT.columns)
    return file


def _inspected(path: Path, folder: Path) -> ExtractFile:
    name = path.relative_to(folder).as_posix()
    try:
        size = path.stat().st_size
        with path.open("rb") as f:
            head = f.read(HEAD_BYTES)
        if not head.strip():
            raise InputError("empty_file", file=name)
        if path.suffix.lower() == ".parquet" or head[:4] == b"PAR1":
            return ExtractFile(
                path, name, "parquet", _key(path, b"parquet"), size, _parquet_headings(path, name)
            )
        if path.suffix.lower() == ".xlsx" or head[:4] == b"PK\x03\x04":
            return ExtractFile(path, name, "xlsx", _key(path, b"xlsx"), size, _xlsx_headings(path, name))
        if head[:4] in (b"\xd0\xcf\x11\xe0", b"%PDF", b"Rar!") or head[:2] in (b"\xff\xfe", b"\xfe\xff"):
            raise InputError("not_a_text_file", file=name)
        return _inspect_text(path, name, size)
    except PermissionError as e:
        raise EnvironmentRefusedError("file_not_readable", file=name) from e


def _key(path: Path, salt: bytes) -> str:
    digest = xxhash.xxh3_128(salt)
    with path.open("rb") as f:
        while chunk := f.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _inspect_text(path: Path, name: str, size: int) -> ExtractFile:
    digest, vote = xxhash.xxh3_128(b"text"), EncodingVote()
    newlines, carriage, nul, tail = 0, 0, False, b""
    with path.open("rb") as f:
        while chunk := f.read(CHUNK):
            digest.update(chunk)
            newlines += chunk.count(b"\n")
            carriage += chunk.count(b"\r") if b"\r" in chunk else 0
            nul = nul or b"\0" in chunk
            tail = (tail + chunk[-HEAD_BYTES:])[-HEAD_BYTES:]
            vote.feed(chunk)
    is_utf8, encoding = vote.finish(), vote.encoding()
    headings, delimiter, bom = _text_headings(path, name, encoding)
    blank_end = len(tail) - len(tail.rstrip(b"\r\n"))
    trailing = tail[len(tail) - blank_end :].count(b"\n")
    lines = newlines - max(trailing - 1, 0) + (0 if trailing else 1)
    plain = is_utf8 and not bom and not nul and (carriage == 0 or carriage == newlines)
    facts = TextFacts(encoding, delimiter, lines, trailing > 0, plain, nul)
    return ExtractFile(path, name, "csv", digest.hexdigest(), size, headings, facts)


def _text_headings(path: Path, name: str, encoding: Encoding) -> tuple[tuple[str, ...], str, bool]:
    with path.open("rb") as f:
        raw = f.read(HEAD_BYTES)
    bom = raw.startswith(codecs.BOM_UTF8)
    text = raw.removeprefix(codecs.BOM_UTF8).decode(encoding, errors="replace")
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(("\t", ",", ";", "|"), key=first.count)
    if first.count(delimiter) == 0:
        delimiter = ","
    if first.count('"') % 2:
        raise InputError("heading_quote_open", file=name)
    cells = next(csv.reader([first], delimiter=delimiter), [])
    if any(ord(c) < 32 and c != "\t" for c in first) or not any(c.strip() for c in cells):
        raise InputError("not_a_text_file", file=name)
    return unique_headings(cells), delimiter, bom


def unique_headings(cells: list[str]) -> tuple[str, ...]:
    """Headings without blanks around; an empty one is named by its place, a repeated one gets `#2`."""
    seen: dict[str, int] = {}
    names: list[str] = []
    for place, cell in enumerate(cells, start=1):
        name = cell.strip().strip("\ufeff") or f"#{place}"
        seen[name.upper()] = seen.get(name.upper(), 0) + 1
        names.append(name if seen[name.upper()] == 1 else f"{name}#{seen[name.upper()]}")
    return tuple(names)


def _parquet_headings(path: Path, name: str) -> tuple[str, ...]:
    import pyarrow.parquet as pq
    from pyarrow import ArrowException

    try:
        return tuple(pq.read_schema(path).names)
    except (ArrowException, OSError) as e:
        raise InputError("file_damaged", file=name) from e


def _xlsx_headings(path: Path, name: str) -> tuple[str, ...]:
    refuse_bombs(path, name)
    return unique_headings(next(xlsx_rows(path, name), (0, []))[1])
