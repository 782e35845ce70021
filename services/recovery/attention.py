"""What needs attention."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from analytics.calendar import closed_month, year_before
from analytics.policy import RecoveryRules
from data.ask.queries import Database
from data.scope import Scope
from services.recovery.ageing import ageing, claims_total
from services.recovery.clearing import cleared
from services.recovery.compare import comparison
from services.recovery.headline import Arrears, arrears, headline, recovery

NAN = float("nan")
FELL_BY = 0.005
GREW_BY = 0.10
LEAST = 0.001
"""A finding about less than this share of the balance is to know, not to act upon."""


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
    than: int = 0
    """What there was before, where `amount` is how much more there is."""


def attention(db: Database, scope: Scope, rules: RecoveryRules, limit: int = 12) -> tuple[Finding, ...]:
    """Ranked findings: most severe first, then by money, then by kind and name; none without bills."""
    least = LEAST * headline(db, scope, rules).arrears.balance.amount
    weighed = [_weighed(f, least) for f in (*_whole(db, scope, rules), *_units(db, scope, rules))]
    weighed.sort(key=lambda f: (-f.severity, -f.amount, f.kind, f.name))
    return tuple(weighed[:limit])


def _weighed(finding: Finding, least: float) -> Finding:
    """A finding about less than `least` fen is to know."""
    return replace(finding, severity=1) if 0 < finding.amount < least else finding


def _whole(db: Database, scope: Scope, rules: RecoveryRules) -> list[Finding]:
    now = headline(db, scope, rules)
    year, out = now.recovery.current_year, list[Finding]()
    if year.billed <= 0:
        return out
    before = recovery(db, scope.at(year_before(scope.as_of)), rules).current_year.rate
    if year.rate < before - FELL_BY:
        out.append(Finding("below_last_year", "recovery", 3, value=year.rate, before=before))
    countdown = cleared(db, scope, rules)
    left = countdown.month_open
    if not countdown.month_cleared and countdown.verdict == "not_in_time":
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
    more = now.amount - then.amount
    return [Finding("overdue_grew", "ageing", 2, more, now.customers, growth, than=then.amount)]


def _claims(db: Database, scope: Scope, rules: RecoveryRules) -> list[Finding]:
    amount, bills = claims_total(db, scope, rules)
    return [Finding("claims_near_limit", "customers", 3, amount, bills)] if bills else []


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
