"""From files that nobody described to a mapping: what each holds, what it was taken for and why, choices.

What is shown of a file is what the load itself finds in it by the mapping that the choices make: nothing is
read a second way. Large files are looked at by their first rows.
"""

from __future__ import annotations

import shutil
import weakref
from collections.abc import Mapping as Dict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from data.errors import DengtaError, InputError
from data.load.arrivals import LeftOut, Piece, arrived, arrived_paths
from data.load.extract_files import ExtractFile, inspect
from data.load.first_rows import first_rows
from data.load.kept_mappings import Offered, best_mapping, offered, shape_of
from data.load.mapping import Mapping, bare_name, mapping_of
from data.load.mapping_text import Edit, changed, toml_text
from data.load.matching import match_files, matched_columns
from data.load.top_rows import Cells, top_rows
from data.read.decoration import heading_key
from data.warehouse.snapshots import Warehouse
from services.access.actor import Actor, allow_company
from services.warehouse.connect_sources import new_desk, opened_folder, refuse_links_outside, take_uploads

MOST_FILES, MOST_CANDIDATES = 500, 5
NO_TABLE = "-"
"""Chosen in the place of a table: the file is not read."""
Why = Literal["chosen", "name", "columns", "left_out", "none"]


@dataclass(frozen=True)
class Choice:
    """What was chosen for one file, over what was proposed.

    `heading` are the cells of the line that was chosen as its heading; `columns` has by column one of the
    file's headings, empty for none.
    """

    table: str | None = None
    heading: Cells | None = None
    columns: Dict[str, str] = field(default_factory=dict)
    unit: str | None = None


@dataclass(frozen=True)
class Candidate:
    """A table that a file may be: how many of its columns the file has, which needed ones it `lacks`."""

    table: str
    columns: int
    is_named: bool
    lacks: tuple[str, ...]


@dataclass(frozen=True)
class Seen:
    """One table as a load finds it. `top` are its first lines; `columns` gives the heading of each column.

    `is_kept`: whether the heading is found again by the mapping alone.
    """

    file: ExtractFile
    is_whole: bool
    top: tuple[Cells, ...]
    table: str | None
    why: Why
    columns: Dict[str, str]
    lacks: tuple[str, ...]
    candidates: tuple[Candidate, ...]
    refusal: DengtaError | None = None
    is_kept: bool = True
    unit: str = "yuan"
    needs: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """How a reader finds it again."""
        return self.file.name

    @property
    def unread(self) -> tuple[str, ...]:
        """The headings that no column is read from."""
        used = set(self.columns.values()) if self.table not in (None, NO_TABLE) else set()
        return tuple(h for h in self.file.headings if h not in used)

    @property
    def runner_up(self) -> Candidate | None:
        """The table that it might be next to the one that it was taken for."""
        return next((c for c in self.candidates if c.table != self.table), None)


@dataclass(frozen=True)
class Survey:
    """What lies there: the pieces of each file, what is no table, and what cannot be read, with the reason.

    `cut` are the files of which the first rows are looked at alone.
    """

    pieces: Dict[str, tuple[Piece, ...]]
    left_out: tuple[LeftOut, ...]
    refused: Dict[str, DengtaError]
    cut: frozenset[str]


class Desk:
    """A folder on trial, and what its reader chose. Its own copies go when nobody holds it any more."""

    def __init__(self, house: Warehouse) -> None:
        self.house = house
        self.folder = new_desk(house)
        self.choices: dict[str, Choice] = {}
        self.source, self.is_upload = self.folder / "uploads", True
        self.survey = Survey({}, (), {}, frozenset())
        self.base: Offered = offered(house)[0]
        self.unclear: DengtaError | None = None
        weakref.finalize(self, shutil.rmtree, self.folder, True)

    @property
    def given(self) -> Path:
        """What is tried, in a folder that is called as the one it came from: its name may hold a day."""
        return self.folder / "given" / (self.source.name or "folder")

    def start_from(self, name: str) -> None:
        """Propose by another mapping: the built-in one (no name) or one that is kept; choices are gone."""
        self.base = next((one for one in offered(self.house) if one.name == name), self.base)
        self.choices, self.unclear = {}, None

    def choose(self, name: str, choice: Choice) -> None:
        """Put a choice for one file in the place of the last one; refused for a file that is not there."""
        if name not in {one.name for one in self.seen()}:
            raise InputError("not_offered")
        self.choices[name] = choice

    def undo(self, name: str | None = None) -> None:
        """Back to what was proposed, for one file or all."""
        self.choices = {} if name is None else {n: c for n, c in self.choices.items() if n != name}

    def seen(self) -> list[Seen]:
        """Every table of the files, as a load finds it by the mapping so far."""
        return self.looked()[0]

    def looked(self) -> tuple[list[Seen], dict[str, DengtaError]]:
        """The same, and the files that cannot be read, with the reason."""
        seen, refused = looked_at(self.survey, mapping_of(self.raw(), "connect"), self.choices)
        return seen, {**self.survey.refused, **refused}

    def raw(self, name: str = "connect") -> dict[str, Any]:
        """The mapping that the choices make of the one that was begun with."""
        if not self.choices:
            return changed(self.base.raw, self.base.name or name, [])
        before = {s.name: s for s in looked_at(self.survey, self.base.rules, self.choices)[0]}
        edits, left_out = [], []
        for file, choice in self.choices.items():
            if (seen := before.get(file)) is None:
                continue
            called = bare_name(seen.file.piece.hints[0])
            if choice.table == NO_TABLE:
                left_out.append(called)
            elif table := choice.table or seen.table:
                edits.append(Edit(called, table, seen.file.headings, choice.columns, choice.unit))
        return changed(self.base.raw, name, edits, left_out)

    def mapping_text(self, name: str) -> str:
        """The same as the text of a mapping of that name."""
        return toml_text(self.raw(name))

    def trial_text(self) -> str:
        """The same for a trial: receipts alone add to bills that were loaded before."""
        raw = self.raw()
        return toml_text({**raw, "requires_bills": False} if self.house.current() else raw)

    def shapes(self) -> list[str]:
        """By what the files are known again for which this mapping is made."""
        return [shape_of(s.file) for s in self.seen() if s.table is not None]


def connect_folder(actor: Actor, house: Warehouse, named: str) -> Desk:
    """Survey a folder of the server; refused who may not load, and what is not opened."""
    folder = opened_folder(actor, named)
    desk = Desk(house)
    desk.source, desk.is_upload = folder, False
    return _surveyed(desk)


def connect_uploads(actor: Actor, house: Warehouse, given: Sequence[tuple[str, bytes]]) -> Desk:
    """Survey uploaded files; refused who may not load."""
    allow_company(actor, "load")
    desk = Desk(house)
    take_uploads(actor, given, desk.source)
    return _surveyed(desk)


def _surveyed(desk: Desk) -> Desk:
    paths, left_out = arrived_paths(desk.source)
    if not desk.is_upload:
        refuse_links_outside(paths)
    if len(paths) > MOST_FILES:
        raise InputError("connect_too_many_files", most=MOST_FILES)
    pieces: dict[str, tuple[Piece, ...]] = {}
    refused: dict[str, DengtaError] = {}
    cut = set()
    for number, path in enumerate(paths):
        name = path.relative_to(desk.source).as_posix()
        try:
            if not first_rows(path, desk.given / name):
                cut.add(name)
            scratch = desk.folder / f"unpacked-{number}"
            scratch.mkdir()
            came = arrived(desk.given / name, name, scratch)
        except DengtaError as refusal:
            refused[name] = refusal
            continue
        pieces[name] = tuple(came.pieces)
        left_out += came.left_out
    desk.survey = Survey(pieces, tuple(left_out), refused, frozenset(cut))
    tried = offered(desk.house)
    words = frozenset().union(*(one.rules.vocabulary() for one in tried))
    try:
        desk.base = best_mapping([f for p in pieces.values() for f in _inspected(p, words)], tried)
    except InputError as unclear:  # a load would refuse: here its reader is asked
        desk.unclear = unclear
    return desk


def _inspected(pieces: Sequence[Piece], words: frozenset[str]) -> list[ExtractFile]:
    """What can be inspected of them."""
    try:
        return inspect(pieces, words)
    except DengtaError:
        return []


def looked_at(
    survey: Survey, rules: Mapping, choices: Dict[str, Choice]
) -> tuple[list[Seen], dict[str, DengtaError]]:
    """Every table of the survey as a load finds it by these rules, in order; the files that it refuses."""
    found: list[Seen] = []
    refused: dict[str, DengtaError] = {}
    for name, pieces in survey.pieces.items():
        own = [choices[p.name] for p in pieces if p.name in choices]
        chosen = frozenset(heading_key(cell) for c in own for cell in c.heading or () if cell.strip())
        words = rules.vocabulary()
        try:
            files = inspect(pieces, words | chosen)
            alone = inspect(pieces, words) if chosen else files
        except DengtaError as refusal:
            refused[name] = refusal
            continue
        for file, again in zip(files, alone, strict=True):
            seen = _seen(file, rules, choices.get(file.name, Choice()))
            whole = name not in survey.cut
            found.append(replace(seen, is_whole=whole, is_kept=again.headings == file.headings))
    return found, refused


def _seen(file: ExtractFile, rules: Mapping, choice: Choice) -> Seen:
    candidates = tuple(_candidates(file, rules))
    given: dict[str, Any] = {"file": file, "is_whole": True, "top": top_rows(file), "candidates": candidates}
    if rules.leaves_out(file.piece.hints):
        return Seen(**given, table=NO_TABLE, why="left_out", columns={}, lacks=())
    table, refusal = None, None
    try:
        matches, _ = match_files([file], rules)
        table, given["file"] = matches[0].table, matches[0].file
    except DengtaError as e:
        told = e.params.get("table")
        table = str(told) if told in rules.tables else None
        refusal = None if e.key == "no_table_recognised" else e
    if choice.table and choice.table in rules.tables and table != choice.table:
        table = choice.table  # it lacks something yet: what it lacks is told
    if table is None:
        return Seen(**given, table=None, why="none", columns={}, lacks=(), refusal=refusal)
    rule = rules.tables[table]
    columns = matched_columns(given["file"].headings, rule)
    named = any(c.is_named for c in candidates if c.table == table)
    why: Why = "chosen" if choice.table else "name" if named else "columns"
    given |= {
        "unit": rule.unit,
        "needs": rule.needs,
        "lacks": _lacks(columns, rules, table),
        "refusal": refusal,
    }
    return Seen(**given, table=table, why=why, columns=columns)


def _candidates(file: ExtractFile, rules: Mapping) -> list[Candidate]:
    """The tables that it may be, the likeliest first: by needed columns, its name, and all columns."""
    found = []
    for table, rule in rules.tables.items():
        columns = matched_columns(file.headings, rule)
        names = {name.upper() for name in rule.files}
        is_named = any(h.upper() in names or bare_name(h).upper() in names for h in file.piece.hints)
        if columns or is_named:
            found.append(Candidate(table, len(columns), is_named, _lacks(columns, rules, table)))
    return sorted(found, key=lambda c: (bool(c.lacks), not c.is_named, -c.columns))[:MOST_CANDIDATES]


def _lacks(columns: Dict[str, str], rules: Mapping, table: str) -> tuple[str, ...]:
    rule = rules.tables[table]
    given = {c for c, r in rule.columns.items() if r.constant is not None or r.transform == "row_number"}
    return tuple(need for need in rule.needs if need not in columns and need not in given)
