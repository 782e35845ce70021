"""Which of several mappings a folder's files are meant by: told by their columns, else by whole names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from data.errors import InputError
from data.load.extract_files import ExtractFile
from data.load.mapping import Mapping
from data.load.matching import Match, fitting_tables, table_named

CLEARLY = 4
"""Of so many times as many files must the better mapping read more for the other not to be meant."""
Judgement = Literal["better", "worse", "equal", "close"]


@dataclass(frozen=True)
class Reading:
    """All files as one mapping reads them: what each is, and the headings that are used."""

    mapping: Mapping
    files: Sequence[ExtractFile]

    @cached_property
    def matches(self) -> list[list[Match]]:
        """By file the tables as which it is read; none where the mapping refuses it or leaves it out."""
        return [_fitting(file, self.mapping) for file in self.files]

    @cached_property
    def used(self) -> list[int]:
        """By file how many headings become something."""
        return [
            sum(not all(heading in m.unmatched for m in found) for heading in file.headings) if found else 0
            for file, found in zip(self.files, self.matches, strict=True)
        ]

    @cached_property
    def named(self) -> int:
        """How many files are called, whole, as the mapping calls a table.

        Official names speak for the official mapping alone.
        """
        return sum(self._is_named(file) for file in self.files)

    def _is_named(self, file: ExtractFile) -> bool:
        for hint in file.piece.hints:
            found = table_named(hint, self.mapping)
            if found is not None:
                own = self.mapping.raw is None or not hint.upper().startswith(found[0].table)
                return own
        return False

    def meaning(self) -> list[object]:
        """What becomes of each file, down to the rules of the columns that it has."""
        return [[_meaning(m) for m in found] for found in self.matches]


def choose_mapping(files: Sequence[ExtractFile], mappings: Sequence[Mapping]) -> Mapping:
    """The mapping by which the files are meant; the first of those that read them all alike.

    InputError `mappings_alike`, which names two, where another one comes close and would read them otherwise.
    """
    readings = [Reading(mapping, files) for mapping in mappings]
    ranked = sorted(readings, key=lambda r: (sum(r.used), r.named), reverse=True)
    for one in ranked:
        said = {_judge(one, other) for other in ranked if other is not one}
        if said <= {"better", "equal"}:
            return next(r.mapping for r in readings if r is one or _judge(r, one) == "equal")
    one, other = ranked[:2]
    raise InputError("mappings_alike", one=one.mapping.name, other=other.mapping.name)


def _meaning(m: Match) -> tuple[object, ...]:
    rules = [repr(m.rule.columns.get(column, column)) for column in sorted(m.columns)]
    whole = (m.rule.unit, m.rule.skip, sorted(m.rule.facts.items()))
    return (m.table, m.archive, sorted(m.columns.items()), rules, whole)


def _fitting(file: ExtractFile, mapping: Mapping) -> list[Match]:
    try:
        return [] if mapping.leaves_out(file.piece.hints) else fitting_tables(file, mapping)
    except InputError:
        return []


def _is_meant(pairs: Sequence[tuple[int, int]]) -> bool:
    """Whether the first mapping reads more of nearly all files on which the two differ.

    Never where the other reads more of a file that both read: it would be read for less than it holds.
    """
    better = sum(ours > theirs for ours, theirs in pairs)
    worse = [ours for ours, theirs in pairs if ours < theirs]
    return better > CLEARLY * len(worse) and not any(worse)


def _judge(one: Reading, other: Reading) -> Judgement:
    """By their columns; where these are close, by whole names that only one of them knows."""
    pairs = list(zip(one.used, other.used, strict=True))
    if _is_meant(pairs):
        return "better"
    if _is_meant([(theirs, ours) for ours, theirs in pairs]):
        return "worse"
    if one.meaning() == other.meaning():
        return "equal"
    if one.named and not other.named:
        return "better"
    return "worse" if other.named and not one.named else "close"
