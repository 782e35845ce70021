"""What a company decides about collection: table of actions, law, set-off, cost, when nobody is called."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from analytics.collection_check import check
from analytics.collection_rules import ACTIONS, CHECK_CONTACT, CollectionRules, Condition, Exempt
from analytics.credit_parts import repeated
from analytics.errors import RefusedError
from analytics.grade_count import nearest
from analytics.lawful_days import ProvinceLaw
from analytics.message_texts import MessageText
from analytics.message_texts import check as check_texts
from analytics.set_off import SetOffRules
from analytics.working_days import CompanyDays

DONE = (*ACTIONS, CHECK_CONTACT)
"""What a person may be asked to do."""
NO_RULES = CollectionRules((0,), ())
"""A table without rows: nothing is proposed."""
_MOST_FEN = 10_000_000
LIMITS = {
    "contact_gap_days": (0, 90),
    "tries_a_day": (1, 20),
    "quiet_from": (0, 23),
    "quiet_to": (0, 23),
    "stale_days": (0, 366),
    "tolerance_fen": (0, _MOST_FEN),
    "in_hand_hours": (1, 240),
    "restore_hours": (1, 240),
    "restore_minutes": (1, 1440),
    "fair_days": (0, 60),
}
"""The least and the most that each of these may be."""
_MOST_MINUTES = 10_000
_MOST_TEXTS = 500


@dataclass(frozen=True)
class ActionCost:
    """What one action costs (fen) and how long it takes a person (minutes)."""

    action: str
    fen: int = 0
    minutes: int = 0

    def __post_init__(self) -> None:
        _refuse_action("costs", self.action)
        if not 0 <= self.fen <= _MOST_FEN or not 0 <= self.minutes <= _MOST_MINUTES:
            raise RefusedError("policy_action_cost")


@dataclass(frozen=True)
class Fallback:
    """The channel that is taken `instead` where an action's own failed or is not there."""

    action: str
    instead: str

    def __post_init__(self) -> None:
        for name in (self.action, self.instead):
            _refuse_action("fallbacks", name)
        if self.action == self.instead:
            raise RefusedError("collection_fallback", value=self.action)


@dataclass(frozen=True)
class CollectionPolicy:
    """All of collection; without rows in `rules` nothing is proposed.

    `laws`: a table per province, the longest prefix of a unit's number counts. Hours are of the day (0 to 23,
    quiet from one to the other over midnight), `stale_days` the age of an extract from which no list is made,
    `tolerance_fen` what may stay open of an order that is retracted as paid, `fair_days` those after an issue
    whose payments are not credited to it. RefusedError for what is out of range or named twice.
    """

    rules: CollectionRules = NO_RULES
    laws: tuple[ProvinceLaw, ...] = ()
    company_days: CompanyDays = field(default_factory=CompanyDays)
    set_off: SetOffRules = field(default_factory=SetOffRules)
    costs: tuple[ActionCost, ...] = ()
    fallbacks: tuple[Fallback, ...] = ()
    texts: tuple[MessageText, ...] = ()
    signature: str = ""
    contact_gap_days: int = 3
    tries_a_day: int = 2
    quiet_from: int = 21
    quiet_to: int = 8
    stale_days: int = 7
    tolerance_fen: int = 0
    in_hand_hours: int = 24
    restore_hours: int = 24
    restore_minutes: int = 45
    fair_days: int = 3

    def __post_init__(self) -> None:
        for name, (low, high) in LIMITS.items():
            if not low <= (value := getattr(self, name)) <= high:
                raise RefusedError("collection_out_of_range", name=name, value=value, low=low, high=high)
        for part, names in (
            ("costs", [c.action for c in self.costs]),
            ("fallbacks", [f.action for f in self.fallbacks]),
            ("laws", [law.org_prefix for law in self.laws]),
        ):
            if len(set(names)) < len(names):
                raise RefusedError("policy_twice", model=f"collection.{part}", names=repeated(names))
        if len(self.texts) > _MOST_TEXTS:
            raise RefusedError("collection_texts", count=len(self.texts), most=_MOST_TEXTS)
        for text in self.texts:
            _refuse_action(text.key, text.action)
        check_texts(self.texts)

    def cost(self, action: str) -> ActionCost:
        """The cost of an action; nothing where none is given."""
        return next((c for c in self.costs if c.action == action), ActionCost(action))

    def instead(self, action: str) -> str | None:
        """The channel that is taken where an action's own failed; None: there is no other."""
        return next((f.instead for f in self.fallbacks if f.action == action), None)

    def is_quiet(self, hour: int) -> bool:
        """Whether nobody is called at an hour of the day (0 to 23); equal ends: no hour is quiet."""
        if self.quiet_from <= self.quiet_to:
            return self.quiet_from <= hour < self.quiet_to
        return hour >= self.quiet_from or hour < self.quiet_to

    def refusals(self, grades: Sequence[str]) -> list[RefusedError]:
        """What is wrong with the table for customers of `grades`; empty: nothing, or no table."""
        return check(self.rules, grades) if self.rules.table else []


def rules_for(rules: CollectionRules, had: Sequence[str], grades: Sequence[str]) -> CollectionRules:
    """The table for other grades (both best first): each takes the row of the one at its share of the way."""
    rows = {row.grade: row for row in rules.table}
    near = [had[nearest(i, len(grades), len(had))] for i in range(len(grades))]
    made = [replace(rows[n], grade=g) for n, g in zip(near, grades, strict=True) if n in rows]
    rest = [row for row in rules.table if row.grade not in had]
    place = {grade: grades[nearest(i, len(had), len(grades))] for i, grade in enumerate(had)}
    exceptions = tuple(replace(e, when=tuple(_moved(c, place) for c in e.when)) for e in rules.exceptions)
    return replace(rules, table=(*made, *rest), exceptions=_apart(exceptions))


def _moved(c: Condition, place: Mapping[str, str]) -> Condition:
    """A condition on a grade, on the one that stands in its place."""
    if c.fact != "grade" or c.test == "starts":
        return c
    return replace(c, value=place.get(str(c.value), str(c.value)))


def _apart(exceptions: tuple[Exempt, ...]) -> tuple[Exempt, ...]:
    """Without those that say of the same customers what one before says: two grades became one."""
    kept: list[Exempt] = []
    for e in exceptions:
        if not any(set(e.when) == set(k.when) for k in kept):
            kept.append(e)
    return tuple(kept)


def _refuse_action(name: str, action: str) -> None:
    if action not in DONE:
        raise RefusedError("collection_action", name=name, value=action, known=", ".join(DONE))
