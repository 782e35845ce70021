"""The analysis tab, clearing and lists of the product beside the oracle's: differences as lines of text."""

from __future__ import annotations

import functools
import operator
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import timedelta
from fractions import Fraction
from typing import Any

from analytics import ageing as buckets
from analytics.policy import RecoveryRules
from data.ask.sql_files import Database
from data.scope import Scope
from services.recovery import figures as product
from tests.oracle import collection, over_time
from tests.oracle.figures import Figures, ym_of
from tests.oracle.world import Bill, month_end
from tests.reconcile.compare import scope_of
from tests.reconcile.compare_time import same

RULES = RecoveryRules()
Found = Iterator[tuple[str, Any, Any]]
SHARES = (0.01, 0.05, 0.1, 0.2)


def collection_differences(db: Database, oracle: Figures) -> list[str]:
    """What the services say otherwise of arrears, for the oracle's day and filter."""
    scope = scope_of(oracle, "assessment")
    return [
        f"{oracle.as_of} {oracle.only} {name}: product {theirs}, oracle {ours}"
        for part in (_cleared, _cleared_by, _lists, _claims, _roll, _cure, _first_payment, _sales, _held)
        for name, theirs, ours in part(db, scope, oracle)
        if not (same(theirs, ours) if isinstance(ours, Fraction | None) else theirs == ours)
    ]


def _closed_bills(oracle: Figures) -> tuple[list[Bill], list[Bill]]:
    held = [b for b in oracle.balance_bills() if b.rcvbl_ym <= oracle.closed]
    year = oracle.closed // 100
    return [b for b in held if b.year == year], [b for b in held if b.year < year]


def _cleared(db: Database, scope: Scope, oracle: Figures) -> Found:
    found = product.cleared(db, scope, RULES)
    now, old = _closed_bills(oracle)
    for name, theirs, bills in (("month", found.month_open, now), ("old", found.old_open, old)):
        counts = {"amount": theirs.amount, "customers": theirs.customers, "bills": theirs.bills}
        yield f"cleared {name}", counts, oracle.total(bills)
    yield "cleared", (found.month_cleared, found.year_cleared), (not now, not now and not old)
    before = Figures(oracle.world, over_time.year_before(oracle.as_of), oracle.only)
    past = before.total(_closed_bills(before)[0])["amount"]
    theirs_then = found.last_year_month_open.amount if found.last_year_month_open else None
    begins = min((b.rcvbl_ym for b in oracle.world.bills), default=0)
    if begins > before.closed // 100 * 100 + 1:
        yield "cleared last year, of a year that is not whole", theirs_then, None
    elif theirs_then is not None or past:
        yield "cleared last year", theirs_then, past


def _cleared_by(db: Database, scope: Scope, oracle: Figures) -> Found:
    rows = product.cleared_by(db, scope, RULES, "org", product.EVERY_STATION)
    before = Figures(oracle.world, over_time.year_before(oracle.as_of), oracle.only)
    ours: dict[str, dict[str, int]] = {}
    for prefix, bills in (
        ("", _closed_bills(oracle)[0]),
        ("old_", _closed_bills(oracle)[1]),
        ("last_year_", _closed_bills(before)[0]),
    ):
        by: dict[str, list[Bill]] = defaultdict(list)
        for b in bills:
            by[b.org_no].append(b)
        for org, mine in by.items():
            total = (before if prefix == "last_year_" else oracle).total(mine)
            ours.setdefault(org, Counter()).update(
                {f"{prefix}open": total["amount"], f"{prefix}customers": total["customers"]}
            )
    columns = ["open", "customers", "old_open", "old_customers", "last_year_open", "last_year_customers"]
    began = bool(Figures(oracle.world, before.as_of).bills)
    known = columns if began else columns[:-2]
    missing = rows[columns[-2:]].isna()
    yield (
        "cleared by unit, last year missing",
        (missing.any(axis=None), missing.all(axis=None)),
        ((False, rows.empty) if began else (not rows.empty, True)),
    )
    theirs = {r["key"]: {c: int(r[c]) for c in known} for r in rows.to_dict("records")}
    yield "cleared by unit", theirs, {org: {c: v.get(c, 0) for c in known} for org, v in ours.items()}
    states = {r["key"]: (r["cleared"], r["year_cleared"]) for r in rows.to_dict("records")}
    want = {o: (v["open"] == 0, v["open"] == v["old_open"] == 0) for o, v in theirs.items()}
    yield "cleared by unit, states", states, want


def _by_customer(bills: list[Bill], oracle: Figures) -> dict[str, tuple[Any, ...]]:
    by: dict[str, list[Bill]] = defaultdict(list)
    for b in bills:
        by[b.cons_no].append(b)
    on, year = oracle.as_of, oracle.closed // 100
    return {
        number: (
            sum(b.open(on) for b in mine),
            sum(b.open(on) for b in mine if b.due_on < on),
            sum(b.open(on) for b in mine if b.year < year),
            len(mine),
            min(b.rcvbl_ym for b in mine),
            max(b.rcvbl_ym for b in mine),
            min(b.due_on for b in mine),
            max((on - b.due_on).days for b in mine),
        )
        for number, mine in by.items()
    }


LISTED = ["overdue", "old_open", "bills", "first_month", "last_month", "oldest_due", "days_overdue"]


def _lists(db: Database, scope: Scope, oracle: Figures) -> Found:
    lists = {
        "not cleared": (
            product.not_cleared(db, scope, RULES, limit=None),
            "open",
            functools.reduce(operator.iadd, _closed_bills(oracle), []),
        ),
        "debtors": (product.top_debtors(db, scope, RULES, 10**6), "amount", oracle.balance_bills()),
    }
    closed = oracle.total(lists["not cleared"][2])
    yield (
        "not cleared, total",
        product.not_cleared_total(db, scope, RULES),
        (closed["customers"], closed["amount"]),
    )
    for name, (rows, amount, bills) in lists.items():
        cells = zip(*(rows[c] for c in ["cons_no", amount, *LISTED]), strict=True)
        yield (
            name,
            {number: values for number, *rest in cells for values in [tuple(rest)]},
            _by_customer(bills, oracle),
        )
        yield f"{name}, order", list(rows[amount]), sorted(rows[amount], reverse=True)


def _claims(db: Database, scope: Scope, oracle: Figures) -> Found:
    rows = product.claims_near_limit(db, scope, RULES, 10**6)
    latest = oracle.as_of + timedelta(days=RULES.limit_of_action_warn_days)
    ours = [
        (b.cons_no, b.rcvbl_ym, b.due_on, b.open(oracle.as_of))
        for b in oracle.balance_bills()
        if _years_on(b, RULES.limit_of_action_years) <= latest
    ]
    theirs = zip(rows["cons_no"], rows["rcvbl_ym"], rows["due_on"], rows["open"], strict=True)
    yield "claims", sorted(theirs), sorted(ours)
    yield "claims, total", product.claims_total(db, scope, RULES), (sum(c[-1] for c in ours), len(ours))


def _years_on(b: Bill, years: int) -> Any:
    day = min(b.due_on.day, month_end((b.due_on.year + years) * 100 + b.due_on.month).day)
    return b.due_on.replace(year=b.due_on.year + years, day=day)


def _roll(db: Database, scope: Scope, oracle: Figures) -> Found:
    keys = [b.key for b in buckets.buckets(RULES.ageing_edges)]
    number = {key: str(place) for place, key in enumerate(keys)}
    rows = product.roll_rates(db, scope, RULES)
    theirs = {
        (int(number[r["from_bucket"]]), number.get(r["to_bucket"], r["to_bucket"])): int(r["amount"])
        for r in rows.to_dict("records")
    }
    yield "roll", theirs, collection.roll(oracle)


def _cure(db: Database, scope: Scope, oracle: Figures) -> Found:
    rows = product.cure(db, scope, 3)
    end = collection.last_complete(oracle.as_of)
    for back, row in zip(range(5, -1, -1), rows.to_dict("records"), strict=True):
        now = month_end(over_time.months_back(ym_of(end), back))
        then = month_end(over_time.months_back(ym_of(end), back + 3))
        ours = collection.cure(oracle, then, now)
        yield f"cure {then}", {k: int(row[k]) for k in vars(ours)}, vars(ours)


def _first_payment(db: Database, scope: Scope, oracle: Figures) -> Found:
    rows = product.first_payment_default(db, scope, 30)
    ours = collection.first_payment(oracle, 30)
    theirs = {int(r["ym"]): (int(r["customers"]), int(r["defaulted"])) for r in rows.to_dict("records")}
    yield "first payment", theirs, {ym: (n, bad) for ym, (n, bad, _) in ours.items()}
    for row in rows.to_dict("records"):
        customers, defaulted, ripe_on = ours.get(int(row["ym"]), (0, 0, oracle.as_of))
        ripe = ripe_on <= oracle.as_of and customers
        yield f"first payment {row['ym']}", row["rate"], Fraction(defaulted, customers) if ripe else None


def _sales(db: Database, scope: Scope, oracle: Figures) -> Found:
    found = product.dso(db, scope, 3)
    plain, best, days, sold = collection.dso(oracle, 3)
    yield "dso", found.plain, plain
    yield "best possible dso", found.best_possible, best
    yield "dso days and sales", (found.days, found.sales), (days, sold)
    yield "dso count-back", found.count_back, collection.count_back(oracle)
    effect = product.cei(db, scope, 12)
    value, months = collection.cei(oracle, 12)
    yield "cei", effect.value, value
    yield "cei months", effect.months, months


def _held(db: Database, scope: Scope, oracle: Figures) -> Found:
    found, amounts = product.concentration(db, scope, SHARES), collection.held(oracle)
    yield "holders", (found.customers, found.amount), (len(amounts), sum(amounts))
    yield "gini", found.gini, collection.gini(amounts)
    tops = [collection.top_share(amounts, Fraction(str(share))) for share in SHARES]
    yield "top holders", list(zip(found.top["customers"], found.top["amount"], strict=True)), tops
