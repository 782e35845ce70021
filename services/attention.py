"""What changed since the last month end, and what needs attention."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from analytics.calendar import add_months, closed_month, last_day, month_of, year_before
from analytics.policy import RecoveryRules
from analytics.recovery import Recovery
from analytics.recovery import recovery as recovery_of
from data import queries
from data.queries import Database
from data.scope import Scope
from services.ageing import ageing, claims_total
from services.clearing import cleared
from services.compare import comparison
from services.headline import Arrears, arrears, headline, period_of

NAN = float("nan")
FELL_BY = 0.005
GREW_BY = 0.10


@dataclass(frozen=True)
class Finding:
    """One thing that needs attention. `kind` is a key of the locales' `attention` table, `page` one of the
    menu, `link`
    the filters to carry; severity 3 act, 2 look, 1 know. Amounts in fen, value and before rates (NaN: none).
    """

    kind: str
    page: str
    severity: int
    amount: int = 0
    count: int = 0
    value: float = NAN
    before: float = NAN
    link: dict[str, str] = field(default_factory=dict)
    name: str = ""


def changes(db: Database, scope: Scope, rules: RecoveryRules) -> pd.DataFrame:
    """Since the last month end: item, unit ('rate', 'fen', 'count'), before, now, change; empty without
    bills. What was collected and written off is that since 1 January of the as-of date's year.
    """
    then = scope.at(last_day(add_months(month_of(scope.as_of), -1)))
    january = scope.as_of.year * 100 + 1
    now, before = _state(db, scope, rules, january), _state(db, then, rules, january)
    if not now:
        return pd.DataFrame(columns=["item", "unit", "before", "now", "change"])
    units = {"cy_rate": "rate", "old_rate": "rate", "overdue_customers": "count"}
    rows = [
        (item, units.get(item, "fen"), before.get(item, NAN), value, value - before.get(item, NAN))
        for item, value in now.items()
    ]
    return pd.DataFrame(rows, columns=["item", "unit", "before", "now", "change"])


def _state(db: Database, scope: Scope, rules: RecoveryRules, january: int) -> dict[str, float]:
    flows = queries.flows(db, scope)
    if flows.empty:
        return {}
    found: Recovery = recovery_of(flows, period_of(scope, rules))
    owed, this_year = _arrears(db, scope, rules), flows[flows["event_ym"] >= january]
    return {
        "cy_rate": found.current_year.rate,
        "old_rate": found.old_debt.rate,
        "balance": owed.balance.amount,
        "overdue": owed.overdue.amount,
        "overdue_customers": owed.overdue.customers,
        "collected": int(this_year["collected"].sum()),
        "written_off": int(this_year["written_off"].sum()),
        "credit": int(flows["credit"].sum()),
    }


def attention(db: Database, scope: Scope, rules: RecoveryRules, limit: int = 12) -> tuple[Finding, ...]:
    """Ranked findings: most severe first, then by money, then by kind and name; none without bills."""
    found = [*_whole(db, scope, rules), *_units(db, scope, rules)]
    found.sort(key=lambda f: (-f.severity, -f.amount, f.kind, f.name))
    return tuple(found[:limit])


def _whole(db: Database, scope: Scope, rules: RecoveryRules) -> list[Finding]:
    now = headline(db, scope, rules)
    year, out = now.recovery.current_year, list[Finding]()
    if year.billed <= 0:
        return out
    if now.last_year and year.rate < now.last_year.current_year.rate - FELL_BY:
        before = now.last_year.current_year.rate
        out.append(Finding("below_last_year", "recovery", 3, value=year.rate, before=before))
    countdown = cleared(db, scope, rules)
    left = countdown.month_open
    if not countdown.month_cleared and not countdown.in_time:
        link = {"view": "cleared"}
        out.append(Finding("not_in_time", "recovery", 3, left.amount, left.customers, link=link))
    out += [*_growth(db, scope, rules), *_claims(db, scope, rules), *_very_old(db, scope, rules)]
    if now.in_transit.amount:
        out.append(Finding("in_transit", "customers", 1, now.in_transit.amount, now.in_transit.customers))
    if now.credit:
        out.append(Finding("credit", "customers", 1, now.credit))
    return out


def _arrears(db: Database, scope: Scope, rules: RecoveryRules) -> Arrears:
    return arrears(db, scope, closed_month(scope.as_of, rules.assessment_day))


def _growth(db: Database, scope: Scope, rules: RecoveryRules) -> list[Finding]:
    before = scope.at(year_before(scope.as_of))
    now, then = _arrears(db, scope, rules).overdue, _arrears(db, before, rules).overdue
    if then.amount <= 0 or now.amount <= then.amount * (1 + GREW_BY):
        return []
    growth = now.amount / then.amount - 1
    return [Finding("overdue_grew", "ageing", 2, now.amount - then.amount, now.customers, value=growth)]


def _claims(db: Database, scope: Scope, rules: RecoveryRules) -> list[Finding]:
    amount, bills = claims_total(db, scope, rules)
    return [Finding("claims_near_limit", "ageing", 3, amount, bills)] if bills else []


def _very_old(db: Database, scope: Scope, rules: RecoveryRules) -> list[Finding]:
    last = ageing(db, scope, rules).iloc[-1]
    if not last["amount"]:
        return []
    return [Finding("very_old", "ageing", 2, int(last["amount"]), int(last["customers"]))]


def _units(db: Database, scope: Scope, rules: RecoveryRules) -> list[Finding]:
    """Units whose current-year rate fell most against last year, and the one that holds most of the
    overdue money; of a single unit all is said of the whole.
    """
    units = comparison(db, scope, rules, "org")
    if len(units) < 2:
        return []
    fell = units[units["cy_rate"] < units["last_year_rate"] - FELL_BY]
    worst = fell.assign(gap=fell["cy_rate"] - fell["last_year_rate"]).nsmallest(3, "gap")
    out = [
        Finding(
            "unit_fell",
            "recovery",
            2,
            int(row["cy_billed"] - row["cy_collected"]),
            int(row["customers"]),
            float(row["cy_rate"]),
            float(row["last_year_rate"]),
            {"org": str(row["key"])},
            str(row["name"]),
        )
        for row in worst.to_dict("records")
    ]
    total = int(units["overdue"].sum())
    if total > 0:
        most = units.sort_values(["overdue", "key"], ascending=[False, True]).iloc[0]
        share = int(most["overdue"]) / total
        if share > 2 / len(units):
            out.append(
                Finding(
                    "unit_holds",
                    "ageing",
                    2,
                    int(most["overdue"]),
                    int(most["customers"]),
                    share,
                    link={"org": str(most["key"])},
                    name=str(most["name"]),
                )
            )
    return out
