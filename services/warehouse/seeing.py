"""What a load finds in files by some rules and choices: its table and why, its columns, what it lacks."""

from __future__ import annotations

from collections.abc import Mapping as Dict
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from data.errors import DengtaError, InputError
from data.load.arrivals import LeftOut, Piece
from data.load.extract_files import ExtractFile, inspect, without_heading
from data.load.mapping import Mapping, bare_name
from data.load.matching import match_files, matched_columns
from data.load.top_rows import Cells, top_rows
from data.read.decoration import heading_key

MOST_CANDIDATES = 5
NO_TABLE = "-"
"""Chosen in the place of a table: the file is not read."""
Why = Literal["chosen", "name", "columns", "left_out", "none"]


@dataclass(frozen=True)
class Choice:
    """What was chosen for one file, over what was proposed.

    `heading` are the cells of the line that was chosen as its heading, none where it has no heading;
    `columns` has by column one of the
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
            choice, whole = choices.get(file.name, Choice()), name not in survey.cut
            is_bare = choice.heading == ()
            seen = _seen(without_heading(file) if is_bare else file, rules, choice)
            is_kept = is_bare or again.headings == file.headings
            found.append(replace(seen, is_whole=whole, is_kept=is_kept))
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
        lacks = _lacks(
            matched_columns(given["file"].headings, rules.tables[choice.table]), rules, choice.table
        )
        if table is not None and refusal is None and not lacks:
            refusal = InputError("connect_official_name", file=file.name)
        else:
            table = choice.table  # what it lacks yet is told
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
