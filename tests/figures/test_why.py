"""Why a figure changed, against plain Python over raw rows: each key alone, all together, one left out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from analytics.policy import RecoveryRules
from data.scope import Basis, Scope
from data.warehouse.snapshots import Snapshot, open_snapshot
from services.recovery import figures
from services.recovery.why import MEASURES, RATES, REST, Explanation
from tests.conftest import Sample
from tests.oracle.figures import Figures, Filter
from tests.oracle.world import Bill, World, build

RULES = RecoveryRules()
CASES: tuple[tuple[date, Any, Basis], ...] = (
    (date(2026, 10, 20), "year", "assessment"),
    (date(2026, 9, 30), "month_end", "assessment"),
    (date(2026, 3, 17), date(2026, 2, 9), "point"),
)
Parts = tuple[int, int]


def in_turn(measures: Sequence[str]) -> list[Any]:
    """Each measure in one case, each case in its turn; the other pairs with the long runs."""
    pairs = [
        (m, *CASES[(place + back) % len(CASES)], back)
        for place, m in enumerate(measures)
        for back in range(3)
    ]
    return [pytest.param(*pair, marks=[pytest.mark.full] if back else []) for *pair, back in pairs]


@pytest.fixture(scope="module")
def world(sample: Sample) -> World:
    return build([sample.folder], date(2026, 11, 20))


@pytest.fixture(scope="module", autouse=True)
def long_known() -> Iterator[None]:
    """The sample holds two years: old debt of the first is compared here for its sums, on no page."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("analytics.two_days.holds_year", lambda begins, year: True)
        yield


@pytest.fixture(scope="module")
def db(sample_warehouse: Path) -> Any:
    with open_snapshot(sample_warehouse) as opened:
        yield opened


def parts(oracle: Figures, measure: str, basis: str) -> Parts:
    """Part and whole of a figure by plain Python; of an amount (amount, 0)."""
    if measure == "household_months":
        billed, settled = oracle.household_months(basis)
        return settled, billed
    if measure in ("balance", "overdue", "past_months"):
        bills = {"balance": oracle.balance_bills, "overdue": oracle.overdue_bills}
        found = bills.get(measure, oracle.past_months_bills)()
        return sum(b.open(oracle.as_of) for b in found), 0
    rate = getattr(oracle, measure)(basis)
    return rate.collected, rate.billed


def value(of: Parts, measure: str) -> Fraction:
    return Fraction(of[0], of[1]) if measure in RATES else Fraction(of[0])


def expected(then: Parts, now: Parts, whole_then: Parts, whole_now: Parts, measure: str) -> Fraction:
    """What a key adds, from the definition: each day's distance from the common rate, by its own weight."""
    if measure not in RATES:
        return Fraction(now[0] - then[0])
    common = (value(whole_then, measure) + value(whole_now, measure)) / 2
    after = (now[0] - common * now[1]) / whole_now[1]
    return after - (then[0] - common * then[1]) / whole_then[1]


def check(found: Explanation, of: Callable[[str, date], Parts], whole: Callable[[date], Parts]) -> None:
    """Each row against the oracle's parts of its key; all rows against the change."""
    measure, days = found.measure, (found.days.then.as_of, found.days.now.as_of)
    then, now = (whole(day) for day in days)
    assert found.then == pytest.approx(float(value(then, measure)), rel=1e-12)
    assert found.now == pytest.approx(float(value(now, measure)), rel=1e-12)
    change = value(now, measure) - value(then, measure)
    assert float(found.rows["change"].sum()) == pytest.approx(float(change), rel=1e-9, abs=1e-12)
    for row in found.rows.to_dict("records"):
        if row["key"] == REST:
            continue
        mine = tuple(of(row["key"], day) for day in days)
        assert ((row["part_then"], row["whole_then"]), (row["part_now"], row["whole_now"])) == mine, row
        ours = expected(*mine, then, now, measure)
        assert row["change"] == pytest.approx(float(ours), rel=1e-9, abs=1e-12), row
        others = now[0] - mine[1][0], now[1] - mine[1][1]
        if measure not in RATES or others[1]:
            assert row["without"] == pytest.approx(float(value(others, measure)), rel=1e-9, abs=1e-12)


def alone(world: World, keep: Callable[[Bill], bool]) -> World:
    """The world with some bills alone."""
    return replace(world, bills=[b for b in world.bills if keep(b)])


@pytest.mark.parametrize(("measure", "day", "against", "basis"), in_turn(MEASURES))
def test_units_and_classes_add_what_plain_python_says(
    db: Snapshot, world: World, day: date, against: Any, basis: Basis, measure: Any
) -> None:
    def whole(at: date) -> Parts:
        return parts(Figures(world, at), measure, basis)

    for by, field in (("org", "orgs"), ("class", "classes")):
        parent = figures.EVERY_STATION if by == "org" else None
        found = figures.why(db, Scope(day, basis), RULES, against, measure, by, parent)  # type: ignore[arg-type]
        if found.reason:
            assert found.reason == "other_age" and measure == "month" and found.rows.empty
            continue

        def of(key: str, at: date, field: str = field) -> Parts:
            return parts(Figures(world, at, Filter(**{field: (key,)})), measure, basis)

        assert len(found.rows) > 1
        check(found, of, whole)


@pytest.mark.parametrize(
    ("measure", "day", "against", "basis"), in_turn([m for m in MEASURES if m != "month"])
)
def test_bill_months_and_customers_add_what_plain_python_says(
    db: Snapshot, world: World, day: date, against: Any, basis: Basis, measure: Any
) -> None:
    def whole(at: date) -> Parts:
        return parts(Figures(world, at), measure, basis)

    scope = Scope(day, basis)
    months = figures.why(db, scope, RULES, against, measure, "bill_month")
    shift = months.days.years_apart if months.is_rate else 0

    def of_month(key: str, at: date) -> Parts:
        ym = int(key) - (100 * shift if at != day else 0)
        return parts(Figures(alone(world, lambda b: b.rcvbl_ym == ym), at), measure, basis)

    def of_customer(key: str, at: date) -> Parts:
        return parts(Figures(alone(world, lambda b: b.cons_no == key), at), measure, basis)

    check(months, of_month, whole)
    customers = figures.why(db, scope, RULES, against, measure, "customer")
    check(customers, of_customer, whole)
    named = customers.rows[customers.rows["key"] != REST]
    assert len(named) == 10 and customers.rest > 0
    everyone = {b.cons_no for b in world.bills if b.is_billed}
    least = named["change"].abs().min()
    then, now = whole(customers.days.then.as_of), whole(day)
    for cons_no in sorted(everyone - set(named["key"]))[::40]:
        before, mine = (of_customer(cons_no, at) for at in (customers.days.then.as_of, day))
        ours = expected(before, mine, then, now, measure)
        assert abs(float(ours)) <= least + 1e-12, "a customer who adds more is not named"


@pytest.mark.parametrize("day", [date(2026, 10, 20), date(2026, 1, 31)])
def test_collectors_have_the_sums_of_plain_python(db: Snapshot, world: World, day: date) -> None:
    for measure in RATES:
        found = figures.why(db, Scope(day), RULES, "year", measure, "collector")  # type: ignore[arg-type]
        if measure == "old_debt" and found.reason:
            continue  # a year before there was none
        assert len(found.rows) > 1
        for row in found.rows.head(2).to_dict("records"):
            mine = Filter(collectors=(row["key"],))
            for name, at in (("then", found.days.then.as_of), ("now", day)):
                part, whole = parts(Figures(world, at, mine), measure, "assessment")
                assert (row[f"part_{name}"], row[f"whole_{name}"]) == (part, whole), (measure, row)


def test_what_cannot_be_subtracted_has_no_steps_and_a_reason(db: Snapshot) -> None:
    for measure, reason in (("current_year", "other_year"), ("month", "other_age")):
        found = figures.why(db, Scope(date(2026, 2, 10)), RULES, "month_end", measure, "class")  # type: ignore[arg-type]
        assert (found.reason, len(found.rows)) == (reason, 0) and 0 < found.then < 1
    nothing = figures.why(db, Scope(date(2026, 2, 10)), RULES, date(2020, 1, 1), "balance", "customer")
    assert nothing.reason == "no_data" and nothing.rows.empty


def test_within_a_class_or_an_area_customers_still_add_up(db: Snapshot) -> None:
    area = db.cursor().execute("select min(tg_no) from dim_customer where tg_no is not null").fetchall()[0][0]
    for scope in (Scope(date(2026, 10, 20), classes=("03",)), Scope(date(2026, 10, 20), areas=(area,))):
        for measure in MEASURES:
            found = figures.why(db, scope, RULES, "year", measure, "customer")
            if not found.reason:
                assert found.rows["change"].sum() == pytest.approx(found.now - found.then, abs=1e-12)
                rest = found.rows[found.rows["key"] == REST]
                assert found.rest or rest.empty, "what is left belongs to nobody"
