"""Whether rules of collection are whole: all cells there, all rules able to act, none milder for more."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise

from analytics.collection_rules import ACTIONS, FACTS, UNGRADED, CollectionRules, Condition, Exempt
from analytics.errors import RefusedError

_OWED = ("overdue", "open", "owed_now", "late_fee", "bills", "days_overdue")
"""Facts that grow with what is owed and for how long."""
_RAISING = ("bounced", "cut")
"""Reasons of a light that begin with what is owed; another gives way to a graver one with more."""
_RISES, _FALLS = 1, -1


def check(rules: CollectionRules, grades: Sequence[str]) -> list[RefusedError]:
    """All that is wrong with rules for customers of `grades` (keys of the policy); empty: nothing.

    Each names where: a grade without a row or a row without a grade, an exception or a cell that an earlier
    exception keeps from ever acting, and what would treat milder who owes more.
    """
    return [*_grades(rules, grades), *_unreachable(rules), *_milder(rules)]


def _grades(rules: CollectionRules, grades: Sequence[str]) -> Iterator[RefusedError]:
    rows = [row.grade for row in rules.table]
    known = (*grades, UNGRADED)
    if missing := [g for g in known if g not in rows]:
        yield RefusedError("collection_no_row", names=", ".join(missing))
    named = [
        (c.value, e.key) for e in rules.exceptions for c in e.when if c.fact == "grade" and c.test != "starts"
    ]
    for grade, name in [*((g, "table") for g in rows), *named]:
        if grade not in known:
            yield RefusedError("policy_grade_unknown", name=name, value=grade, known=", ".join(known))


def _unreachable(rules: CollectionRules) -> Iterator[RefusedError]:
    for exempt in rules.exceptions:
        if any(_never(_of(exempt.when, fact)) for fact in _facts(exempt.when)):
            yield RefusedError("collection_never", name=exempt.key)
    for earlier, later in combinations(rules.exceptions, 2):
        if _within(later.when, earlier.when):
            yield RefusedError("collection_unreachable", name=later.key, earlier=earlier.key)
    for row in rules.table:
        for first, after in pairwise((*rules.edges, None)):
            days = [Condition("days_overdue", ">=", float(first or 0))]
            days += [] if after is None else [Condition("days_overdue", "<", float(after))]
            cell = (Condition("grade", "=", row.grade), *days)
            for exempt in rules.exceptions:
                if exempt.effect in ("use", "none") and _within(cell, exempt.when):
                    yield RefusedError(
                        "collection_unreachable", name=f"cell:{row.grade}:{first}", earlier=exempt.key
                    )


def _milder(rules: CollectionRules) -> Iterator[RefusedError]:
    """A row whose actions fall; an exception, or two in their order, by which more owed is milder.

    With more owed an exception that rises with it may begin to hold and one that falls may cease to; another
    decides then, and its action must be no milder than that of the one that decided before.
    """
    for row in rules.table:
        for (day, a), (after, b) in pairwise(zip(rules.edges, row.actions, strict=True)):
            if not row.milder and ACTIONS.index(b) < ACTIONS.index(a):
                yield RefusedError("collection_row_milder", grade=row.grade, first=day, later=after)
    for exempt in rules.exceptions:
        ways = _ways(exempt)
        fits = {"at_least": {_RISES}, "at_most": {_FALLS}, "none": {_FALLS}, "use": set[int]()}
        if not exempt.milder and ways - fits[exempt.effect]:
            yield RefusedError("collection_exception_milder", name=exempt.key)
    for earlier, later in combinations(rules.exceptions, 2):
        if earlier.milder or later.milder or _apart(earlier.when, later.when):
            continue
        begins = _RISES in _ways(earlier) and later.effect in ("at_least", "use")
        ceases = _FALLS in _ways(earlier) and later.effect != "at_least"
        if (begins and earlier.level < later.level) or (ceases and later.level < earlier.level):
            yield RefusedError("collection_order_milder", name=later.key, earlier=earlier.key)


def _ways(exempt: Exempt) -> set[int]:
    """Whether its conditions begin (rise) or cease (fall) to hold with more owed."""
    ways: set[int] = set()
    for c in exempt.when:
        if c.fact in _OWED and c.test != "=":
            ways.add(_RISES if c.test in (">", ">=") else _FALLS)
        elif c.fact == "exposure_large":
            ways.add(_RISES if c.value else _FALLS)
        elif c.fact == "light" and (c.test, c.value) in (("=", "red"), ("!=", "none")):
            ways.add(_RISES)
        elif c.fact == "light" and (c.test, c.value) in (("!=", "red"), ("=", "none")):
            ways.add(_FALLS)
        elif c.fact == "light_reasons" and c.value in _RAISING:
            ways.add(_RISES)
        elif c.fact in (*_OWED, "light", "light_reasons"):
            ways |= {_RISES, _FALLS}
    return ways


def _facts(when: Sequence[Condition]) -> list[str]:
    return list(dict.fromkeys(c.fact for c in when))


def _of(when: Sequence[Condition], fact: str) -> list[Condition]:
    return [c for c in when if c.fact == fact]


def _within(inner: Sequence[Condition], outer: Sequence[Condition]) -> bool:
    """Whether whoever fulfils `inner` fulfils `outer`."""
    return all(_implies(_of(inner, c.fact), c) for c in outer)


def _apart(one: Sequence[Condition], other: Sequence[Condition]) -> bool:
    """Whether nobody can fulfil both, by a fact that says nothing of what is owed."""
    still = [
        fact
        for fact in _facts(one)
        if fact not in _OWED and fact not in ("light", "light_reasons", "exposure_large")
    ]
    return any(_never([*_of(one, fact), *_of(other, fact)]) for fact in still)


def _span(conditions: Sequence[Condition]) -> tuple[tuple[float, int], tuple[float, int]]:
    """What numbers fulfil all: the least and the most, each with ±1 where it is itself excluded."""
    whole = FACTS[conditions[0].fact] == "whole"
    least, most = (0.0, 0), (math.inf, 0)
    for c in conditions:
        value = float(c.value)
        if c.test in (">", ">=", "="):
            low = (value, 1 if c.test == ">" else 0)
            if whole:
                low = (math.floor(value) + 1.0 if c.test == ">" else float(math.ceil(value)), 0)
            least = max(least, low)
        if c.test in ("<", "<=", "="):
            high = (value, -1 if c.test == "<" else 0)
            if whole:
                high = (math.ceil(value) - 1.0 if c.test == "<" else float(math.floor(value)), 0)
            most = min(most, high)
    return least, most


def _never(conditions: Sequence[Condition]) -> bool:
    """Whether conditions of one fact contradict each other."""
    if not conditions:
        return False
    kind = FACTS[conditions[0].fact]
    if kind in ("number", "whole"):
        least, most = _span(conditions)
        return least > most
    if kind == "texts":
        return False
    if kind != "text":
        return len({c.value for c in conditions}) > 1
    return any(_contradict(a, b) or _contradict(b, a) for a, b in combinations(conditions, 2))


def _contradict(a: Condition, b: Condition) -> bool:
    mine, other = str(a.value), str(b.value)
    if a.test == "=":
        equal = {"=": mine == other, "!=": mine != other, "starts": mine.startswith(other)}
        return not equal[b.test]
    starts = a.test == b.test == "starts"
    return starts and not (mine.startswith(other) or other.startswith(mine))


def _implies(given: Sequence[Condition], c: Condition) -> bool:
    """Whether conditions of c's own fact leave nothing that c does not hold of."""
    if not given:
        return False
    kind = FACTS[c.fact]
    if kind in ("number", "whole"):
        (least, most), (low, high) = _span(given), _span([c])
        return least >= low and most <= high
    if kind != "text":
        return any(g.value == c.value for g in given)
    return any(_text_implies(g, c) for g in given)


def _text_implies(g: Condition, c: Condition) -> bool:
    mine, other = str(g.value), str(c.value)
    if g.test == "!=" or c.test == "=":
        return (g.test, mine) == (c.test, other)
    if c.test == "starts":
        return mine.startswith(other)
    return mine != other if g.test == "=" else not other.startswith(mine)
