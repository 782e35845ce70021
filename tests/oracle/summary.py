"""The whole content of summary.json as the oracle sees it."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from tests.oracle.figures import Figures, Rate


def yuan(amount: int) -> str:
    """Fen as a decimal string in yuan with two decimals."""
    sign = "-" if amount < 0 else ""
    return f"{sign}{abs(amount) // 100}.{abs(amount) % 100:02d}"


def six(rate: Fraction | None, rounding: str = ROUND_HALF_EVEN) -> str | None:
    """A rate as a string of six decimals."""
    if rate is None:
        return None
    exact = Decimal(rate.numerator) / Decimal(rate.denominator)
    return str(exact.quantize(Decimal("0.000001"), rounding))


def rounded_rates(rate: Fraction | None) -> set[str | None]:
    """Both ways of rounding a tie at the sixth decimal."""
    return {six(rate), six(rate, ROUND_HALF_UP)}


def _amounts(r: Rate) -> dict[str, Any]:
    return {"billed": yuan(r.billed), "collected": yuan(r.collected), "rate": six(r.rate)}


def recovery(figures: Figures, basis: str) -> dict[str, Any]:
    """One basis of summary.json's `recovery`."""
    billed, settled = figures.household_months(basis)
    return {
        "current_year": _amounts(figures.current_year(basis)),
        "old_debt": _amounts(figures.old_debt(basis)),
        "combined": _amounts(figures.combined(basis)),
        "month": _amounts(figures.month(basis)),
        "household_months": {
            "billed": billed,
            "settled": settled,
            "rate": six(Fraction(settled, billed) if billed else None),
        },
    }


def clearing(figures: Figures) -> dict[str, str]:
    """What is open of closed months and their assessment day; on that day what will be open too."""
    open_now = yuan(sum(current for current, _ in figures.cleared().values()))
    year, month = figures.as_of.year, figures.as_of.month
    if figures.as_of.day > 5:
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    assessment_on = date(year, month, 5)
    told = {"assessment_on": assessment_on.isoformat(), "open": open_now}
    said_too = dict.fromkeys(("expected", "low", "high"), open_now)
    return told | said_too if figures.as_of == assessment_on else told


def summary(figures: Figures) -> dict[str, Any]:
    """What summary.json must say, without snapshot, policy, grades and the buckets' names."""

    def money(found: dict[str, int]) -> dict[str, Any]:
        return {**found, "amount": yuan(found["amount"])}

    return {
        "as_of": figures.as_of.isoformat(),
        "closed_month": str(figures.closed),
        "customers": len(figures.world.customers),
        "recovery": {basis: recovery(figures, basis) for basis in ("assessment", "point")},
        "arrears": {
            "balance": money(figures.total(figures.balance_bills())),
            "past_months": money(figures.total(figures.past_months_bills())),
            "overdue": money(figures.total(figures.overdue_bills())),
        },
        "ageing": [{"amount": yuan(b["amount"]), "customers": b["customers"]} for b in figures.ageing()],
        "clearing": clearing(figures),
        "written_off": money(figures.written_off()),
        "credit": {"amount": yuan(figures.credit())},
    }
