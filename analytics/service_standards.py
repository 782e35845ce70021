"""What customers of a grade are owed, in words for people and as a schedule for the list of services due."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date

from analytics.errors import RefusedError

STARTS = ("request", "issue", "due", "calendar")
MOST_DAYS = 60
PERIODS = (1, 2, 3, 4, 6, 12)


@dataclass(frozen=True)
class Service:
    """One service of a grade: what, when and how in both languages, and from what it falls due.

    `start` request: when somebody asks for it or something happens that no extract tells; on no list.
    issue: within `days` after a bill is issued. due: at least `days` before the due date of a bill of which
    more is open then than is in transit. calendar: once in every `every_months` months from January on.
    """

    grade: str
    key: str
    what_zh: str
    what_en: str
    when_zh: str
    when_en: str
    how_zh: str
    how_en: str
    start: str = "request"
    days: int = 0
    every_months: int = 0

    def __post_init__(self) -> None:
        if self.start not in STARTS:
            raise RefusedError(
                "policy_service_start", service=self.key, value=self.start, known=", ".join(STARTS)
            )
        if not 0 <= self.days <= MOST_DAYS or (self.days and self.start not in ("issue", "due")):
            raise RefusedError("policy_service_days", service=self.key, value=self.days, most=MOST_DAYS)
        if (self.every_months in PERIODS) != (self.start == "calendar") or self.every_months < 0:
            known = ", ".join(map(str, PERIODS))
            raise RefusedError(
                "policy_service_months", service=self.key, value=self.every_months, known=known
            )

    @property
    def is_listed(self) -> bool:
        """Whether it falls due by itself."""
        return self.start != "request"


def periods(every_months: int, first: date, last: date) -> list[tuple[date, date]]:
    """The periods of `every_months` months, from January on, that end in [first, last]: first, last day."""
    spans: list[tuple[date, date]] = []
    month = first.year * 12 + (first.month - 1) // every_months * every_months
    while True:
        begins = date(month // 12, month % 12 + 1, 1)
        final = month + every_months - 1
        year, place = divmod(final, 12)
        ends = date(year, place + 1, calendar.monthrange(year, place + 1)[1])
        if begins > last:
            return spans
        if first <= ends <= last:
            spans.append((begins, ends))
        month += every_months
