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
from tests.oracle.raw import Row, day, fen, month
from tests.oracle.world import Bill

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


def free_money(figures: Figures) -> dict[str, int]:
    """By customer number what may pay bills on the day of the extract: less frozen, locked and notes."""
    free: dict[str, int] = defaultdict(int)
    for row in figures.world.extract.rows.get("A_ACCT_BAL", []):
        kept = [_fen(row, n) for n in ("PREPAY_BAL", "FREEZE_AMT", "CHECK_AMT", "TRANSIT_NOTE_BAL")]
        if (row.get("BAL_TYPE", "").strip() or "01") == "01":
            free[row["CONS_NO"].strip()] += max(kept[0] - sum(kept[1:]), 0)
    return dict(free)


def owing(figures: Figures, classes: dict[str, str], free: dict[str, int], known: bool) -> dict[str, Owing]:
    """By customer number; bills in transit first meet their own, then the customer's oldest.

    `known`: locks of bills and fees that are open are those of this day.
    """
    as_of = figures.as_of
    own: dict[str, int] = defaultdict(int)
    all_of: dict[str, int] = defaultdict(int)
    for number, cons_no, amount, checked, disposed in figures.world.in_transit:
        if amount > 0 and checked <= as_of < disposed:
            own[number] += amount
            all_of[cons_no] += amount
    by: dict[str, list[Bill]] = defaultdict(list)
    for bill in figures.bills:
        if bill.is_owed and bill.issued_on <= as_of and not bill.is_written_off(as_of):
            by[bill.cons_no].append(bill)
    plans = _plans(figures)
    found: dict[str, Owing] = {}
    for cons_no, bills in by.items():
        lines = _lines(cons_no, bills, plans, as_of)
        home = classes.get(cons_no) == "03"
        one = Owing(free=free.get(cons_no, 0))
        met = []
        for bill, _, amount in lines:
            met.append(min(amount, own[bill.number]))
            own[bill.number] -= met[-1]
        loose = all_of[cons_no] - sum(met)
        rests, counted = [], set()
        for (bill, due_on, amount), there in zip(lines, met, strict=True):
            locked = amount if known and _is_locked(bill) else there
            more = min(max(loose, 0), amount - locked)
            loose -= more
            locked += more
            one.open += amount
            if due_on >= as_of:
                continue
            one.overdue += amount
            one.in_batch += locked
            counted.add(_counted(bill))
            one.oldest = min(one.oldest or due_on, due_on)
            deferred = bill.row.get("EFFEC_DATE", "").strip()
            for part in (locked, amount - locked):
                if not deferred or day(deferred) <= as_of:
                    one.late_fee += int(late_fee(Decimal(part) / 100, due_on, as_of, home).fee * 100)
            rests.append((due_on, amount - locked))
        for bill in bills:
            if known and bill.open(as_of) <= 0 and bill.row.get("SETTLE_FLAG", "") not in ("03", "04"):
                fee = _fen(bill.row, "RCVBL_PENALTY") - _fen(bill.row, "RCVED_PENALTY")
                one.late_fee += max(fee, 0)
                counted |= {_counted(bill)} if fee > 0 else set()
        one.bills = len(counted)
        left = one.set_off
        for due_on, rest in rests:
            if rest > left:
                one.oldest = due_on
                break
            left -= rest
        if one.open or one.late_fee:
            found[cons_no] = one
    return found


def _lines(
    cons_no: str, bills: list[Bill], plans: dict[tuple[str, int], list[tuple[date, int]]], as_of: date
) -> list[tuple[Bill, date, int]]:
    """What is open of each bill and when it is due: by the plan of its month where there is one."""
    lines: dict[tuple[int, date], list[Any]] = {}
    months: dict[int, list[Bill]] = defaultdict(list)
    for bill in bills:
        months[bill.rcvbl_ym].append(bill)
    for ym, of_month in months.items():
        divided = [b for b in of_month if not _instalment(b) and b.amount > 0]
        paid = sum(b.amount - b.open(as_of) for b in divided)
        left = {id(b): b.open(as_of) for b in of_month if b.open(as_of) > 0}
        for due_on, planned in sorted(plans.get((cons_no, ym), []), key=lambda p: p[0]):
            rest = planned - min(paid, planned)
            paid -= planned - rest
            for b in sorted(divided, key=_order):
                part = min(left.get(id(b), 0), rest)
                if part > 0:
                    rest -= part
                    left[id(b)] -= part
                    line = lines.setdefault((id(b), max(due_on, b.issued_on)), [b, 0])
                    line[1] += part
        for b in of_month:
            if left.get(id(b), 0) > 0:
                lines[(id(b), b.due_on)] = [b, left[id(b)] + lines.get((id(b), b.due_on), [b, 0])[1]]
    told = [(b, due_on, amount) for (_, due_on), (b, amount) in lines.items()]
    return sorted(told, key=lambda line: (line[1], _order(line[0])[1]))


def _plans(figures: Figures) -> dict[tuple[str, int], list[tuple[date, int]]]:
    plans: dict[tuple[str, int], list[tuple[date, int]]] = defaultdict(list)
    for row in figures.world.extract.rows.get("A_GP_PLAN", []):
        at = row["CONS_NO"].strip(), month(row["RCVBL_YM"])
        plans[at].append((day(row["PLAN_DATE"]), _fen(row, "PLAN_AMT")))
    return plans


def _order(bill: Bill) -> tuple[date, int]:
    return bill.due_on, int(bill.number) if bill.number.isdecimal() else 0


def _instalment(bill: Bill) -> str:
    return bill.row.get("GP_CODE", "").strip().strip("0")


def _is_locked(bill: Bill) -> bool:
    return bill.row.get("STATUS_CODE", "").strip().strip("0") != ""


def _counted(bill: Bill) -> Any:
    return bill.rcvbl_ym if _instalment(bill) else bill.number


def _fen(row: Row, name: str) -> int:
    return fen(row[name]) if row.get(name, "").strip() else 0


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
