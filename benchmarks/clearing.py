"""`python -m benchmarks.clearing WAREHOUSE...`: what the countdown said each month against what came."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pandas as pd

from analytics import calendar
from analytics.policy import RecoveryRules
from benchmarks.table import Row, render
from data.ask import queries
from data.scope import Scope
from data.warehouse.snapshots import Snapshot, open_snapshot
from services.recovery import figures, run_off

RULES = RecoveryRules()
DAYS = (3, 7, 15, 20, 31)
"""Days of the month; the last for month ends."""


def main() -> None:
    """Read the options, print one table."""
    options = argparse.ArgumentParser(prog="python -m benchmarks.clearing", description=__doc__)
    options.add_argument("warehouses", type=Path, nargs="+")
    options.add_argument("--keep", type=Path, help="a file for the table")
    given = options.parse_args()
    rows = [row for path in given.warehouses for row in of_warehouse(path)]
    about = (
        "Mean absolute error as a share of what was open; against: last year's share left on the same day."
    )
    text = render("What the countdown said, month by month", about, rows)
    print(text)
    if given.keep:
        given.keep.write_text(text, encoding="utf-8")


def of_warehouse(path: Path) -> Iterator[Row]:
    """A row per day of the month, for the whole and for stations."""
    with open_snapshot(path) as db:
        size = len(queries.customers_in_scope(db, Scope(db.meta.extract_on)))
        for day in DAYS:
            for grain, by in (("whole", ""), ("stations", "org")):
                yield _row(f"{size:,} customers, day {day}, {grain}", told(db, date(2000, 1, day), by))


def told(db: Snapshot, like: date, by: str) -> pd.DataFrame:
    """Per key and day of which something could be said: open, expected, low, high, came, tail; fen."""
    found = figures.facts(db)
    if found.first_issue is None or found.extract_on is None:
        return pd.DataFrame()
    first, last = calendar.month_of(found.first_issue), calendar.month_of(found.extract_on)
    months = [calendar.add_months(first, n) for n in range(calendar.months_between(first, last) + 1)]
    days = [calendar.same_day(like, month) for month in months]
    asked = run_off.days_until(days, RULES)
    past = [d for d, end in zip(days, asked.deadlines, strict=True) if end <= found.extract_on]
    held = queries.run_off(db, Scope(max(past)), run_off.days_until(past, RULES), by, 99)
    held["day"] = pd.to_datetime(held["day"]).dt.date
    sums = held.groupby(["key", "day"])[["open", "kept"]].sum()
    share = sums["kept"] / sums["open"]
    parts = [
        run_off.left(db, Scope(day), RULES, by, 99).assign(day=day)
        for day in past
        if calendar.year_before(day) >= past[0]
    ]
    rows = pd.concat(parts)
    rows["came"] = sums["kept"].reindex(pd.MultiIndex.from_frame(rows[["key", "day"]])).to_numpy()
    before = pd.MultiIndex.from_arrays([rows["key"], rows["day"].map(calendar.year_before)])
    rows["tail"] = rows["open"] * share.reindex(before).to_numpy()
    return rows.dropna(subset=["expected", "tail"])


def _row(what: str, rows: pd.DataFrame) -> Row:
    inside = float(((rows["low"] <= rows["came"]) & (rows["came"] <= rows["high"])).mean())
    off = {w: float((rows["came"] - rows[w]).abs().sum() / rows["open"].sum()) for w in ("expected", "tail")}
    return Row(
        what,
        f"{off['expected']:.1%}; {inside:.0%} of {len(rows):,} in the band",
        f"{off['tail']:.1%}",
        "70–90 % in the band, error below",
        0.7 <= inside <= 0.9 and off["expected"] < off["tail"],
    )


if __name__ == "__main__":
    main()
