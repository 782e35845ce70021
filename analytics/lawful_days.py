"""The earliest lawful day of what collectors do, by a province's law, and why an earlier one is refused.

Sources: 电力供应与使用条例 39 (more than 30 days overdue, and demanded), 民法典 203, 579 and 654. Provinces
differ, so days and articles are settings.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

from analytics.errors import RefusedError
from analytics.working_days import ONE_DAY, WorkingDays

Action = Literal["phone", "sms", "slip", "visit", "stop_notice", "cut", "legal"]
ACTIONS: tuple[Action, ...] = ("phone", "sms", "slip", "visit", "stop_notice", "cut", "legal")
STOPS: tuple[Action, ...] = ("stop_notice", "cut")
Rule = Literal["due", "demand", "overdue", "notice", "rest", "period", "legal", "announced"]
Why = Literal["too_early", "not_demanded", "not_noticed", "rest_day", "not_announced"]
Moved = Literal["never", "holidays", "days_off"]


@dataclass(frozen=True)
class Article:
    """The article that a rule stands on."""

    rule: Rule
    article: str


ARTICLES = (
    Article("due", "民法典 654"),
    Article("demand", "民法典 654"),
    Article("overdue", "电力供应与使用条例 39"),
    Article("notice", "供电营业规则（停电通知）"),
    Article("rest", "省级供电规定（节假日不停电）"),
    Article("period", "民法典 203"),
    Article("legal", "民法典 579"),
    Article("announced", "国务院办公厅节假日安排"),
)


@dataclass(frozen=True)
class ProvinceLaw:
    """What a province asks before supply stops. Days are calendar days; the day that one counts from is not
    counted.

    `period_moved`: a period (to pay, or after a demand) that ends on a holiday, or on any day off, ends on
    the day after (民法典 203). RefusedError for a notice outside 3–7 days, a last notice under 30 minutes, no
    reasonable period or fewer than 30 days overdue, and for a rule with no article or two.
    """

    name: str
    org_prefix: str = ""
    resident_notice_days: int = 7
    other_notice_days: int = 3
    last_notice_minutes: int = 30
    reasonable_days: int = 7
    overdue_days: int = 30
    no_cut_on_holidays: bool = True
    no_cut_on_eves: bool = True
    no_cut_on_weekends: bool = True
    period_moved: Moved = "days_off"
    articles: tuple[Article, ...] = ARTICLES

    def __post_init__(self) -> None:
        least = (
            ("resident_notice_days", 3, 7),
            ("other_notice_days", 3, 7),
            ("last_notice_minutes", 30, 24 * 60),
            ("reasonable_days", 1, 365),
            ("overdue_days", 30, 365),
        )
        for name, low, high in least:
            if not low <= (value := getattr(self, name)) <= high:
                raise RefusedError(
                    "law_out_of_range", law=self.name, name=name, value=value, low=low, high=high
                )
        if sorted(a.rule for a in self.articles) != sorted(a.rule for a in ARTICLES):
            rules = [a.rule for a in ARTICLES]
            raise RefusedError("law_articles", law=self.name, rules=rules)

    def article(self, rule: Rule) -> str:
        """The article of a rule."""
        return next(a.article for a in self.articles if a.rule == rule)

    def notice_days(self, resident: bool) -> int:
        """How many days before the cut a notice is given."""
        return self.resident_notice_days if resident else self.other_notice_days

    def end_of(self, day: date, days: WorkingDays) -> date:
        """The last day of a period that ends on `day`, moved as 民法典 203 says."""
        if self.period_moved == "never":
            return day
        return days.next_working(day) if self.period_moved == "days_off" else days.after_holiday(day)

    def may_cut(self, day: date, days: WorkingDays) -> bool:
        """Whether a cut may fall on a day: no holiday, eve or weekend where the law spares these."""
        return not (
            (self.no_cut_on_holidays and days.is_holiday(day))
            or (self.no_cut_on_eves and days.is_eve(day))
            or (self.no_cut_on_weekends and days.is_weekend(day))
        )


def law_of(laws: Iterable[ProvinceLaw], org_no: str) -> ProvinceLaw:
    """The law of an organisation: that of the longest prefix. RefusedError for none, or for two alike."""
    found = sorted((x for x in laws if org_no.startswith(x.org_prefix)), key=lambda x: -len(x.org_prefix))
    if not found:
        raise RefusedError("law_of_none", org_no=org_no)
    if len(found) > 1 and found[0].org_prefix == found[1].org_prefix:
        raise RefusedError("law_of_two", org_no=org_no, laws=[found[0].name, found[1].name])
    return found[0]


@dataclass(frozen=True)
class ActionDays:
    """The earliest lawful day of each action, counted from `due_on`; None: something must come first.

    `stop_notice` and `cut` are None without a demand delivered after the due day. `noticed`: a stop notice
    was given on a lawful day; without it `cut` is the earliest that a notice on its first lawful day allows.
    `overdue_from`: the first day beyond the days overdue. `stop_rule`, `cut_rule`: what these days stand on.
    """

    due_on: date
    overdue_from: date
    phone: date
    sms: date
    slip: date
    visit: date
    stop_notice: date | None
    cut: date | None
    legal: date
    noticed: bool
    stop_rule: Rule
    cut_rule: Rule

    def day(self, action: Action) -> date | None:
        """The earliest day of an action."""
        day: date | None = getattr(self, action)
        return day


@dataclass(frozen=True)
class LawfulDays(ActionDays):
    """What binds: due day and reasonable period are moved by 民法典 203 where the law moves them.

    `printed` is the same counted from the due day as printed. `articles`: by action, what its day stands on.
    `provisional`: a day was counted in a year whose holidays are not announced.
    """

    printed: ActionDays
    provisional: bool
    articles: tuple[tuple[Action, str], ...]
    law: ProvinceLaw = field(repr=False)
    days: WorkingDays = field(repr=False)


def lawful_days(
    due_on: date,
    law: ProvinceLaw,
    days: WorkingDays,
    resident: bool,
    demanded_on: date | None = None,
    delivered: bool = False,
    noticed_on: date | None = None,
) -> LawfulDays:
    """The earliest lawful days of a bill due on `due_on`.

    `demanded_on` is the day when a demand reached the customer and counts only `delivered`, with evidence;
    `noticed_on` the day when a stop notice did.
    """
    told = (demanded_on if delivered else None, noticed_on)
    printed = _counted(due_on, law, days, law.notice_days(resident), *told, moved=False)
    binding = _counted(law.end_of(due_on, days), law, days, law.notice_days(resident), *told, moved=True)
    reached = (
        due_on,
        binding.due_on,
        printed.cut or printed.overdue_from,
        binding.cut or binding.overdue_from,
    )
    return LawfulDays(
        **vars(binding),
        printed=printed,
        provisional=not all(days.is_announced(day.year) for day in reached),
        articles=tuple((action, law.article(_rule(action, binding))) for action in ACTIONS),
        law=law,
        days=days,
    )


def _counted(
    due: date,
    law: ProvinceLaw,
    days: WorkingDays,
    notice_days: int,
    demanded_on: date | None,
    noticed_on: date | None,
    moved: bool,
) -> ActionDays:
    late, beyond, ahead = (
        due + ONE_DAY,
        due + timedelta(days=law.overdue_days + 1),
        timedelta(days=notice_days),
    )
    stop = cut = None
    noticed = False
    stop_rule: Rule = "demand"
    cut_rule: Rule = "demand"
    if demanded_on is not None and demanded_on > due:
        end = demanded_on + timedelta(days=law.reasonable_days)
        asked = (law.end_of(end, days) if moved else end) + ONE_DAY
        stop, stop_rule = max(asked, beyond - ahead), "demand" if asked >= beyond - ahead else "notice"
        noticed = noticed_on is not None and noticed_on >= stop
        earliest = (noticed_on if noticed_on is not None and noticed else stop) + ahead
        wanted = max(beyond, earliest)
        cut = days.first(wanted, lambda day: law.may_cut(day, days))
        cut_rule = "rest" if cut != wanted else "notice" if earliest > beyond else "overdue"
    return ActionDays(due, beyond, late, late, late, late, stop, cut, late, noticed, stop_rule, cut_rule)


def _rule(action: Action, lawful: ActionDays) -> Rule:
    """The rule that an action's earliest day stands on."""
    if action in STOPS:
        return lawful.cut_rule if action == "cut" else lawful.stop_rule
    return "legal" if action == "legal" else "due"


def _too_early(action: Action, on: date, lawful: LawfulDays) -> Rule:
    """The rule that is not fulfilled on a day before the earliest."""
    if action != "cut":
        return _rule(action, lawful)
    if on < lawful.overdue_from:
        return "overdue"
    return "notice" if lawful.law.may_cut(on, lawful.days) else "rest"


def refusal(action: Action, on: date, lawful: LawfulDays) -> tuple[Why, str] | None:
    """Why an action may not be done on a day, with the article; None: it may.

    A stop notice and a cut are refused in a year whose holidays are not announced, calls and visits are not.
    """
    law, days, day = lawful.law, lawful.days, lawful.day(action)
    if action in STOPS and not days.is_announced(on.year):
        return "not_announced", law.article("announced")
    if day is None:
        return "not_demanded", law.article("demand")
    if on < day:
        return "too_early", law.article(_too_early(action, on, lawful))
    if action == "cut" and not lawful.noticed:
        return "not_noticed", law.article("notice")
    if action == "cut" and not law.may_cut(on, days):
        return "rest_day", law.article("rest")
    return None
