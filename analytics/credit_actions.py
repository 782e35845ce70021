"""What collection does for each grade, and what an action costs: facts of work load, estimates of money."""

from __future__ import annotations

import math
from dataclasses import dataclass

from analytics.errors import RefusedError

CHANNELS = ("sms", "phone", "visit")
ACTION_DAYS = 90
"""Actions are counted over so many days, as long as the back-test looks ahead."""
_MOST = 1_000.0


@dataclass(frozen=True)
class GradeActions:
    """Actions per household of a grade in ACTION_DAYS.

    `ahead_*` reach every household of the grade before its bills fall due; `after_*` come on top for those
    that are past due.
    """

    grade: str
    ahead_sms: float = 0.0
    ahead_phone: float = 0.0
    ahead_visit: float = 0.0
    after_sms: float = 0.0
    after_phone: float = 0.0
    after_visit: float = 0.0

    def __post_init__(self) -> None:
        for numbers in (self.ahead, self.after):
            if any(not math.isfinite(n) or not 0 <= n <= _MOST for n in numbers):
                raise RefusedError("policy_actions", grade=self.grade, most=int(_MOST))

    @property
    def ahead(self) -> tuple[float, float, float]:
        """Before the due date, by channel."""
        return self.ahead_sms, self.ahead_phone, self.ahead_visit

    @property
    def after(self) -> tuple[float, float, float]:
        """Past the due date, by channel."""
        return self.after_sms, self.after_phone, self.after_visit

    @property
    def pursues(self) -> bool:
        """Whether a person calls on who is past due."""
        return self.after_phone > 0 or self.after_visit > 0

    @property
    def disturbs(self) -> bool:
        """Whether a person calls on everybody of the grade, arrears or not."""
        return self.ahead_phone > 0 or self.ahead_visit > 0


@dataclass(frozen=True)
class CollectionPlan:
    """The actions of each grade, and the cost (fen) and minutes of one action of each channel."""

    sms_fen: int = 5
    phone_fen: int = 200
    visit_fen: int = 3_000
    phone_minutes: int = 5
    visit_minutes: int = 40
    actions: tuple[GradeActions, ...] = ()

    def __post_init__(self) -> None:
        if any(not 0 <= n <= 1_000_000 for n in (*self.fen, *self.minutes)):
            raise RefusedError("policy_action_cost")
        grades = [a.grade for a in self.actions]
        if len(set(grades)) < len(grades):
            raise RefusedError("policy_twice", model="collection", names=", ".join(grades))

    @property
    def fen(self) -> tuple[int, int, int]:
        """The cost of one action by channel."""
        return self.sms_fen, self.phone_fen, self.visit_fen

    @property
    def minutes(self) -> tuple[int, int, int]:
        """A person's minutes for one action by channel."""
        return 0, self.phone_minutes, self.visit_minutes

    def of(self, grade: str) -> GradeActions:
        """The actions of a grade; none where the plan names none."""
        return next((a for a in self.actions if a.grade == grade), GradeActions(grade))
