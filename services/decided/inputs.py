"""What grading reads of the state store as of a day: last year's published grades, facts entered by hand."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache

import pandas as pd

from analytics import calendar, indicators
from analytics.grade_count import LEAST_GRADES, nearest
from data.state import Publication, State
from data.state.facts import ReviewedFact
from services.decided import published_grades

GRACE_DAYS = 31
"""The yearly day may move by as much, and the year's publication before is still twelve months back."""
FACTS = ("cons_no", "fact", "value")
PROMISES = "promises_broken"


@dataclass(frozen=True)
class Decided:
    """What people decided that grading reads: `previous` grade by customer number, and `facts`.

    `scale` are the grades that could be published then, best first. `facts` has cons_no, fact (an indicator's
    key) and value, one row per customer and fact. `key` names the content: equal keys, equal grading; empty
    where there is nothing.
    """

    previous: Mapping[str, str] = field(default_factory=dict)
    facts: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(FACTS)))
    key: str = ""
    scale: tuple[str, ...] = ()

    def held_before(self, grades: Sequence[str]) -> Mapping[str, str]:
        """`previous` in terms of other grades, best first."""
        if set(self.scale) <= set(grades):
            return self.previous
        place = {key: in_terms_of(key, self.scale, grades) for key in self.scale}
        return {cons_no: place.get(key, key) for cons_no, key in self.previous.items()}


def in_terms_of(grade: str, scale: Sequence[str], grades: Sequence[str]) -> str:
    """The grade of that key; where there is none, the one at the same share of the way on its own scale."""
    if grade in grades or grade not in scale or min(len(scale), len(grades)) < LEAST_GRADES:
        return grade
    return grades[nearest(scale.index(grade), len(scale), len(grades))]


NOTHING = Decided()


def decided(state: State | None, as_of: date) -> Decided:
    """What was decided, as grading as of a day reads it."""
    if state is None:
        return NOTHING
    return _decided(_Key(state, (state.name, state.version(), as_of)), as_of)


class _Key:
    """A store under a name for the cache: equal names are equal stores at one version."""

    def __init__(self, state: State, key: tuple[object, ...]) -> None:
        self.state, self.key = state, key

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)


@lru_cache(maxsize=4)
def _decided(asked: _Key, as_of: date) -> Decided:
    before = year_before(asked.state, as_of)
    facts = facts_as_of(asked.state, as_of)
    if before is None and facts.empty:
        return NOTHING
    previous: Mapping[str, str] = {}
    scale: tuple[str, ...] = ()
    content = repr(facts.to_dict("split"))
    if before is not None:
        on = min(as_of, before.valid_to)
        frame = published_grades.in_period(asked.state, before, on)
        previous = dict(zip(frame["cons_no"], frame["grade"], strict=True))
        scale = published_grades.rules_of(before).grade_keys
        content += f"{before.content_hash} {published_grades.decisions(asked.state, before, on)}"
    return Decided(previous, facts, hashlib.sha256(content.encode()).hexdigest()[:10], scale)


def year_before(state: State, as_of: date) -> Publication | None:
    """The publication of twelve months before: the newest at least so old whose grades held since then."""
    start = calendar.year_before(as_of)
    old = [
        p
        for p in state.publications_in_force()
        if p.as_of <= start + timedelta(days=GRACE_DAYS) and p.valid_to >= start and p.as_of < as_of
    ]
    return max(old, key=lambda p: (p.as_of, p.id), default=None)


def facts_as_of(state: State, as_of: date) -> pd.DataFrame:
    """What `standing` leaves of all facts, in rows."""
    rows = [(*of, value) for of, value in sorted(in_force(state.facts(), as_of).items())]
    return pd.DataFrame(rows, columns=list(FACTS))


def in_force(facts: Iterable[ReviewedFact], as_of: date) -> dict[tuple[str, str], float]:
    """By customer and fact, what holds as of a day: none withdrawn, none later, none of no indicator.

    The newest counts. Of an indicator of twelve months only facts of these count, and of promises all of
    them: each entry is one promise, 100 broken, 0 kept, and their mean is the share.
    """
    allowed, year_ago = set(enterable()), calendar.year_before(as_of)
    by_fact: dict[tuple[str, str], list[tuple[date, int, float]]] = {}
    for f in facts:
        if f.withdrawn_by is not None or f.fact not in allowed or f.fact_on > as_of:
            continue
        if indicators.known(f.fact).window != "12m" or f.fact_on > year_ago:
            by_fact.setdefault((f.cons_no, f.fact), []).append((f.fact_on, f.id, f.value))
    return {
        of: sum(v for _, _, v in held) / len(held) if of[1] == PROMISES else max(held)[2]
        for of, held in by_fact.items()
    }


def enterable() -> tuple[str, ...]:
    """The indicators whose values a person may enter: those that no bill or receipt tells."""
    return tuple(k for k, i in indicators.REGISTRY.items() if {"manual", "C_FACT"} & set(i.sources.split()))
