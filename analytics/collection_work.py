"""What the table of collection asks of people: actions per household of a grade, their cost and minutes."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from analytics.collection_policy import CollectionPolicy
from analytics.collection_rules import ACTIONS, UNGRADED

WORK = ACTIONS[1:]
"""The actions that are counted, all but none: each a place in the counts of a grade."""
ACTION_DAYS = 90
"""Actions are counted over so many days, as long as the back-test looks ahead."""
BILLS_AHEAD = 3
"""Bills that fall due in them: one a month."""
_ALONE = ("sms", "bill", "media")
"""Actions that come to a customer without a person."""


@dataclass(frozen=True)
class GradeWork:
    """Actions per household of a grade in ACTION_DAYS, in the order of WORK.

    `ahead`: for every household, the first band's action once for each bill before it falls due. `after`: on
    top for a household past due, the action of each band that begins within the days.
    """

    ahead: tuple[int, ...]
    after: tuple[int, ...]

    @property
    def pursues(self) -> bool:
        """Whether a person turns to who is past due."""
        return _by_person(self.after)

    @property
    def disturbs(self) -> bool:
        """Whether a person turns to everybody of the grade, arrears or not."""
        return _by_person(self.ahead)


def work_of(policy: CollectionPolicy, grade: str) -> GradeWork:
    """What the table asks for a household of a grade ("": of none); nothing where it has no row for it.

    Exceptions are left out: whom they are for is known of customers, not of grades.
    """
    row = next((r for r in policy.rules.table if r.grade == (grade or UNGRADED)), None)
    bands = list(zip(policy.rules.edges, row.actions, strict=True)) if row else []
    ahead = {action: BILLS_AHEAD for edge, action in bands if edge == 0}
    after = Counter(action for edge, action in bands if 0 < edge <= ACTION_DAYS)
    return GradeWork(tuple(ahead.get(a, 0) for a in WORK), tuple(after[a] for a in WORK))


def is_asked(policy: CollectionPolicy) -> bool:
    """Whether the table asks for anything."""
    return any(action != "none" for row in policy.rules.table for action in row.actions)


def fen(policy: CollectionPolicy) -> tuple[int, ...]:
    """The cost of one action, in the order of WORK."""
    return tuple(policy.cost(action).fen for action in WORK)


def minutes(policy: CollectionPolicy) -> tuple[int, ...]:
    """A person's minutes for one action, in the order of WORK."""
    return tuple(policy.cost(action).minutes for action in WORK)


def _by_person(counts: tuple[int, ...]) -> bool:
    return any(n for action, n in zip(WORK, counts, strict=True) if action not in _ALONE)
