"""The list of collection in plain Python: one customer at a time, from bills, transit and balances."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from analytics.collection_policy import CollectionPolicy
from analytics.collection_rules import ACTIONS, Condition
from analytics.latefee import late_fee
from analytics.lawful_days import LawfulDays, ProvinceLaw, lawful_days, refusal
from analytics.working_days import WorkingDays
from tests.oracle.figures import Figures

COMPARED = {"<": "__lt__", "<=": "__le__", ">": "__gt__", ">=": "__ge__", "=": "__eq__"}


@dataclass
class Owing:
    """What one customer owes: fen."""

    overdue: int = 0
    in_batch: int = 0
    late_fee: int = 0
    bills: int = 0
    open: int = 0
    free: int = 0
    oldest: date | None = None
    lines: list[tuple[date, int]] | None = None

    @property
    def set_off(self) -> int:
        """Free money that meets what is overdue and in no batch."""
        return min(self.free, self.overdue - self.in_batch)

    @property
    def owed_now(self) -> int:
        """What nothing meets."""
        return self.overdue - self.in_batch - self.set_off


def owing(figures: Figures, classes: dict[str, str], prepaid: dict[str, int]) -> dict[str, Owing]:
    """By customer number; bills in transit first meet their own, then the customer's oldest."""
    own: dict[str, int] = defaultdict(int)
    all_of: dict[str, int] = defaultdict(int)
    for number, cons_no, amount, checked, disposed in figures.world.in_transit:
        if amount > 0 and checked <= figures.as_of < disposed:
            own[number] += amount
            all_of[cons_no] += amount
    by: dict[str, list[Any]] = defaultdict(list)
    for bill in figures.balance_bills():
        by[bill.cons_no].append(bill)
    found: dict[str, Owing] = {}
    for cons_no, bills in by.items():
        bills.sort(key=lambda b: (b.due_on, int(b.number) if b.number.isdecimal() else 0))
        met = {b.number: min(b.open(figures.as_of), own[b.number]) for b in bills}
        loose = all_of[cons_no] - sum(met.values())
        one = found[cons_no] = Owing(free=prepaid.get(cons_no, 0))
        rests = []
        for b in bills:
            open_ = b.open(figures.as_of)
            more = min(max(loose, 0), open_ - met[b.number])
            loose -= more
            locked = met[b.number] + more
            one.open += open_
            if b.due_on >= figures.as_of:
                continue
            one.overdue += open_
            one.in_batch += locked
            one.bills += 1
            one.oldest = min(one.oldest or b.due_on, b.due_on)
            home = classes.get(cons_no) == "03"
            for part in (locked, open_ - locked):
                fee = late_fee(Decimal(part) / 100, b.due_on, figures.as_of, home).fee
                one.late_fee += int(fee * 100)
            rests.append((b.due_on, open_ - locked))
        left = one.set_off
        for due_on, rest in rests:
            if rest > left:
                one.oldest = due_on
                break
            left -= rest
    return found


def action_of(policy: CollectionPolicy, facts: dict[str, Any], as_of: date) -> tuple[str, str, str, str]:
    """action, rule, what is refused and why, of one customer with something open (money in yuan)."""
    grade = facts["grade"] or "-"
    row = next(r for r in policy.rules.table if r.grade == grade)
    band = max(i for i, edge in enumerate(policy.rules.edges) if facts["days_overdue"] >= edge)
    action, rule = row.actions[band], f"cell:{grade}:{policy.rules.edges[band]}"
    for exempt in policy.rules.exceptions:
        if all(_holds(c, facts) for c in exempt.when):
            level = ACTIONS.index(action)
            wanted = ACTIONS.index(exempt.action) if exempt.action else 0
            level = {"at_most": min(level, wanted), "at_least": max(level, wanted)}.get(exempt.effect, wanted)
            if exempt.effect in ("use", "none") or ACTIONS[level] != action:
                action, rule = ACTIONS[level], exempt.key
            break
    if action == "media" and facts["class"] not in ("01", "02"):
        action = "plan" if ACTIONS[ACTIONS.index("media") - 1] == "plan" else "prepayment_meter"
    state = facts["state"]
    if state in ("in_batch", "covered", "fee_open") or (
        action != "none" and state not in ("owed", "not_due")
    ):
        return "none", f"state:{facts['state']}", "", ""
    if action in ("sms", "phone") and not facts["has_phone"]:
        return "check_contact", rule, "", ""
    if facts["due_on"] is None:
        return action, rule, "", ""
    told = lawful_of(policy, facts)
    gone_by: Any = {"bill": "slip", "media": "slip", "plan": "visit", "prepayment_meter": "visit"}
    named: Any = gone_by.get(action, action)
    why = None if action == "none" else refusal(named, as_of, told)
    if why is None:
        return action, rule, "", ""
    for milder in sorted({ACTIONS.index(a) for a in row.actions}, reverse=True):
        if milder < ACTIONS.index(action):
            instead = ACTIONS[milder]
            named = gone_by.get(instead, instead)
            if instead == "none" or refusal(named, as_of, told) is None:
                called = instead in ("sms", "phone") and not facts["has_phone"]
                return "check_contact" if called else instead, rule, action, f"{why[0]}: {why[1]}"
    return "none", rule, action, f"{why[0]}: {why[1]}"


def lawful_of(policy: CollectionPolicy, facts: dict[str, Any]) -> LawfulDays:
    """The lawful days of a customer whom nobody has written to."""
    law = policy.laws[0] if policy.laws else ProvinceLaw("全国")
    return lawful_days(
        facts["due_on"], law, WorkingDays(policy.company_days), facts["class"] == "03", None, False, None
    )


def _holds(c: Condition, facts: dict[str, Any]) -> bool:
    value = facts.get(c.fact)
    if c.test == "set":
        return (value is not None) == c.value
    return value is not None and bool(getattr(value, COMPARED[c.test])(c.value))
