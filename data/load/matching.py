"""Which file is which table, which heading which column, and what was left over."""

from __future__ import annotations

import re
from collections.abc import Mapping as Dict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches

from data.errors import InputError
from data.load.extract_files import ExtractFile, looks_like_more_of, without_heading
from data.load.extract_tables import TABLES
from data.load.mapping import ColumnRule, Mapping, TableRule
from data.read.decoration import heading_key

CLOSE = 0.8
"""Of the best table's columns: another one of which a file has so many may be the one that is meant."""
_DATED = re.compile(r"([_\-. ]*[0-9]{4,8})+$|\s*\(\d+\)$")


@dataclass(frozen=True)
class Match:
    """One file read as one table: `columns` gives the heading of each column that was found."""

    file: ExtractFile
    rule: TableRule
    archive: bool
    columns: Dict[str, str]
    unmatched: tuple[str, ...]

    @property
    def table(self) -> str:
        """Official name of the (live) table."""
        return self.rule.table


def match_files(files: Sequence[ExtractFile], mapping: Mapping) -> tuple[list[Match], list[ExtractFile]]:
    """Each file as its table, and the files that are none; InputError when a column is lacking."""
    matches: list[Match] = []
    strangers: list[ExtractFile] = []
    for file in files:
        fitting = fitting_tables(file, mapping)
        has_totals = any(_can_be_added_up(m.rule) for m in fitting)
        matches += [replace(m, file=replace(m.file, has_totals=has_totals)) for m in fitting]
        if not fitting:
            strangers.append(file)
    if not matches:
        names = [f.name for f in files]
        raise InputError("no_table_recognised", files=names[:5], mapping=mapping.name)
    _refuse_more_of_a_table(matches, strangers)
    return matches, strangers


def _refuse_more_of_a_table(matches: Sequence[Match], strangers: Sequence[ExtractFile]) -> None:
    """Refuse a workbook of which one sheet is read, and another one that holds rows like it is not."""
    for stranger in strangers:
        for m in matches:
            beside = stranger.piece.is_sheet and m.file.piece.path.parent == stranger.piece.path.parent
            if beside and looks_like_more_of(stranger, m.file):
                raise InputError("sheet_not_read", file=stranger.name, other=m.file.name)


def _can_be_added_up(rule: TableRule) -> bool:
    """Money, or customers, whose numbers tell them from a total; codes and units may be called like one."""
    table = TABLES[rule.table]
    return table.amount is not None or "CONS_NO" in table.columns


def fitting_tables(file: ExtractFile, mapping: Mapping) -> list[Match]:
    """The tables as which a mapping reads a file: none of a stranger; InputError when a column is lacking."""
    return _shared(file, mapping) if mapping.shared else _best(file, mapping)


def _shared(file: ExtractFile, mapping: Mapping) -> list[Match]:
    """Every table that the file has something of; what none of them reads is told once, with the first."""
    fitting = [m for rule in mapping.tables.values() if not rule.bare and (m := _fits(file, rule))]
    left = tuple(h for h in file.headings if all(h in m.unmatched for m in fitting))
    return [replace(m, unmatched=() if i else left) for i, m in enumerate(fitting)]


def _best(file: ExtractFile, mapping: Mapping) -> list[Match]:
    named = next((n for hint in file.piece.hints if (n := table_named(hint, mapping)) is not None), None)
    if named is not None:
        rule, archive = named
        file = without_heading(file) if rule.bare else file
        fit = _fits(file, rule, archive)
        if fit is not None:
            return [fit]
        if not file.piece.is_sheet:
            raise _missing(file, rule)
    fits = [m for rule in mapping.tables.values() if not rule.bare and (m := _fits(file, rule))]
    own = [m for m in fits if len(m.unmatched) < len(file.headings)]
    return [_clear_best(file, own)] if own else []


def _clear_best(file: ExtractFile, fits: Sequence[Match]) -> Match:
    """The one with most columns; InputError `table_unclear` where another has nearly as many."""
    best, *others = sorted(fits, key=lambda m: (-len(m.columns), -len(m.rule.needs)))
    close = [m.table for m in others if len(m.columns) >= CLOSE * len(best.columns)]
    if close:
        raise InputError("table_unclear", file=file.name, tables=[best.table, *close])
    return best


def table_named(hint: str, mapping: Mapping) -> tuple[TableRule, bool] | None:
    """The table that a name says, a day or number after it aside, and whether it is the archive."""
    stem = hint.upper()
    bare = _DATED.sub("", stem)
    named: list[tuple[int, TableRule, bool]] = []
    for rule in mapping.tables.values():
        for name in rule.files:
            upper = name.upper()
            after = stem[len(upper) : len(upper) + 1]
            if bare == upper or (stem.startswith(upper) and after and not after.isalnum() and after != "_"):
                named.append((len(upper), rule, name in rule.archive))
    if not named:
        return None
    _, rule, archive = max(named, key=lambda f: f[0])
    return rule, archive


def _fits(file: ExtractFile, rule: TableRule, archive: bool = False) -> Match | None:
    if _find(file.headings, rule.never) is not None:
        return None
    columns = matched_columns(file.headings, rule)
    given = {c for c, r in rule.columns.items() if r.constant is not None or r.transform == "row_number"}
    used = set(columns.values()) | set(rule.facts.values())
    used |= {h for wanted, _ in rule.skip if (h := _find(file.headings, (wanted,))) is not None}
    used |= {r.plus_days for c, r in rule.columns.items() if r.plus_days and c in columns}
    if any(need not in columns and need not in given for need in rule.needs):
        return None
    if rule.facts and not any(_find(file.headings, (h,)) for h in rule.facts.values()):
        return None
    if any(r.plus_days and _find(file.headings, (r.plus_days,)) is None for r in rule.columns.values()):
        return None
    unmatched = tuple(h for h in file.headings if h not in used)
    _refuse_twins(file, columns)
    return Match(file, rule, archive, columns, unmatched)


def matched_columns(headings: Sequence[str], rule: TableRule) -> dict[str, str]:
    """The heading of each of the table's columns that the file has."""
    columns: dict[str, str] = {}
    for column in TABLES[rule.table].columns:
        heading = _find(headings, rule.columns.get(column, ColumnRule((column,))).headings)
        if heading is not None:
            columns[column] = heading
    return columns


def _find(headings: Sequence[str], wanted: Sequence[str]) -> str | None:
    keys = {heading_key(h): h for h in reversed(headings)}
    return next((keys[heading_key(w)] for w in wanted if heading_key(w) in keys), None)


def _refuse_twins(file: ExtractFile, columns: Dict[str, str]) -> None:
    twins = [h for h in columns.values() if f"{h}#2".upper() in {x.upper() for x in file.headings}]
    if twins:
        raise InputError("heading_twice", file=file.name, heading=twins[0])


def _missing(file: ExtractFile, rule: TableRule) -> InputError:
    if (stranger := _find(file.headings, rule.never)) is not None:
        return InputError("heading_of_another_table", file=file.name, table=rule.table, heading=stranger)
    columns = matched_columns(file.headings, rule)
    lacking = [need for need in rule.needs if need not in columns]
    first = lacking[0] if lacking else rule.table
    wanted = rule.columns.get(first, ColumnRule((first,))).headings or (first,)
    free = [h for h in file.headings if h not in columns.values()]
    near = next((n for w in wanted for n in get_close_matches(w, free, 1, 0.5)), None)
    return InputError(
        "column_missing" if near is None else "column_missing_near",
        file=file.name,
        table=rule.table,
        column=first,
        wanted=list(wanted)[:6],
        near=near,
    )
