"""The action that the rules of collection recommend to each customer, and the rule that says so."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.collection_rules import (
    ACTIONS,
    BY_PHONE,
    CHECK_CONTACT,
    FACTS,
    RESIDENT,
    UNGRADED,
    CollectionRules,
    Condition,
    Exempt,
)
from analytics.errors import RefusedError
from analytics.indicators import ALL as CLASSES

Flags = npt.NDArray[np.bool_]
Levels = npt.NDArray[np.int16]

READ = ("grade", "class", "days_overdue", "has_phone")
"""The facts that are read whatever the exceptions are."""
_COMPARED: dict[str, Callable[[Any, Any], Any]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
    "!=": operator.ne,
    "starts": str.startswith,
}
_MEDIA = ACTIONS.index("media")


def recommend(rules: CollectionRules, facts: pd.DataFrame) -> pd.DataFrame:
    """By row of `facts` (columns of FACTS): `action`, and `rule`: `cell:D:31` or the exception's key.

    The first exception that holds decides, else the table; one that leaves the cell's action as it is
    (at_most, at_least) is not named. Days unknown or not past count as 0; a grade that
    is unknown or begins with "-" is UNGRADED. Media is for classes known to be no residents; in its stead
    others have the next milder action. CHECK_CONTACT where the action needs a phone and none is known to be
    valid. RefusedError for a fact that is missing and a grade that the table has not.
    """
    table = _Facts(facts, rules)
    bands = len(rules.edges)
    cells = np.array([ACTIONS.index(a) for row in rules.table for a in row.actions], dtype=np.int16)
    band = np.searchsorted(np.array(rules.edges[1:]), np.nan_to_num(table.numbers("days_overdue")), "right")
    rule = (table.rows * bands + band).astype(np.int16)
    level = cells[rule]
    undecided = np.ones(len(facts), dtype=np.bool_)
    for number, exempt in enumerate(rules.exceptions, len(cells)):
        holds = undecided.copy()
        for condition in exempt.when:
            holds &= table.fulfils(condition)
        wanted = _effect(exempt, level)
        limits = exempt.effect in ("at_most", "at_least")
        rule[holds & (wanted != level) if limits else holds] = number
        level[holds] = wanted[holds]
        undecided &= ~holds
    level[(level == _MEDIA) & ~table.among("class", lambda c: c in CLASSES and c != RESIDENT)] = _MEDIA - 1
    by_phone = np.isin(level, [ACTIONS.index(a) for a in BY_PHONE])
    level[by_phone & ~table.flags("has_phone", True)] = len(ACTIONS)
    names = [f"cell:{row.grade}:{edge}" for row in rules.table for edge in rules.edges]
    return pd.DataFrame(
        {
            "action": pd.Categorical.from_codes(level, pd.Index([*ACTIONS, CHECK_CONTACT])),
            "rule": pd.Categorical.from_codes(rule, pd.Index([*names, *(e.key for e in rules.exceptions)])),
        },
        index=facts.index,
    )


def _effect(exempt: Exempt, level: Levels) -> Levels:
    if exempt.effect == "at_most":
        return np.minimum(level, np.int16(exempt.level))
    if exempt.effect == "at_least":
        return np.maximum(level, np.int16(exempt.level))
    return np.full_like(level, exempt.level)


class _Facts:
    """The facts by column, each made an array once."""

    def __init__(self, facts: pd.DataFrame, rules: CollectionRules) -> None:
        read = dict.fromkeys((*READ, *(c.fact for e in rules.exceptions for c in e.when)))
        if missing := [fact for fact in read if fact not in facts.columns]:
            raise RefusedError("collection_fact_missing", names=", ".join(missing))
        self.facts = facts
        self.read: dict[str, Any] = {}
        grades = [row.grade for row in rules.table]
        codes, values = self.coded("grade")
        if unknown := sorted({v for v in values if v not in grades}):
            raise RefusedError(
                "policy_grade_unknown", name="collection", value=", ".join(unknown), known=", ".join(grades)
            )
        self.rows = np.array([grades.index(v) for v in values], dtype=np.int16)[codes]

    def numbers(self, fact: str) -> npt.NDArray[np.float64]:
        """NaN unknown; days overdue are never negative."""
        if fact not in self.read:
            made = pd.to_numeric(self.facts[fact]).to_numpy(dtype=np.float64, na_value=np.nan)
            self.read[fact] = np.maximum(made, 0.0) if fact == "days_overdue" else made
        kept: npt.NDArray[np.float64] = self.read[fact]
        return kept

    def coded(self, fact: str) -> tuple[npt.NDArray[np.intp], list[str]]:
        """The place of each row's text among the texts; -1 unknown, but a grade is UNGRADED then."""
        if fact not in self.read:
            codes, values = pd.factorize(self.facts[fact])
            texts = [str(v) for v in values]
            if fact == "grade":
                graded = [UNGRADED if t.startswith(UNGRADED) else t for t in texts]
                texts = [*graded, UNGRADED] if (codes < 0).any() else graded
                codes = np.where(codes < 0, len(graded), codes)
            self.read[fact] = codes, texts
        codes, texts = self.read[fact]
        return codes, texts

    def among(self, fact: str, holds: Callable[[str], bool]) -> Flags:
        """Where a text is known and `holds`."""
        codes, texts = self.coded(fact)
        return np.array([*map(holds, texts), False], dtype=np.bool_)[codes]

    def flags(self, fact: str, value: bool) -> Flags:
        """Where a flag is known and equal to `value`."""
        return (self.facts[fact].astype("boolean") == value).to_numpy(dtype=np.bool_, na_value=False)

    def fulfils(self, condition: Condition) -> Flags:
        fact, value = condition.fact, condition.value
        kind = FACTS[fact]
        if kind == "flag":
            return self.flags(fact, bool(value))
        if kind == "day":
            return (self.facts[fact].notna() == value).to_numpy(dtype=np.bool_)
        if kind == "texts":
            return self.among(fact, lambda texts: value in texts.split(","))
        compared = _COMPARED[condition.test]
        if kind == "text":
            return self.among(fact, lambda text: bool(compared(text, value)))
        made: Flags = compared(self.numbers(fact), value)
        return made
