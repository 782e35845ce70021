"""The months that the early warning reads, and its forecast, against plain Python over the raw rows."""

from collections import defaultdict
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from data.ask.warning_queries import AMOUNTS, LATE, months
from data.warehouse.snapshots import open_snapshot
from services.collection.warning import record, warn
from tests.oracle.world import World, build


def back_of(day: date, as_of: date) -> int:
    """How many months before `as_of` a day is; 0 after it, for a month."""
    whole = (as_of.year - day.year) * 12 + as_of.month - day.month
    return whole + (1 if day.day <= as_of.day else 0)


def told(world: World, as_of: date) -> dict[str, dict[str, int]]:
    """By customer number: bits of the months, and the money of the newest ones."""
    found: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for bill in world.bills:
        after = bill.due_on + timedelta(days=1)
        back = back_of(after, as_of)
        if not bill.is_owed or bill.amount <= 0 or not 0 <= back <= 40:
            continue
        if bill.issued_on > bill.due_on or bill.issued_on > as_of:
            continue
        one = found[bill.cons_no]
        one["billed"] |= 1 << back
        one[f"amount_{back}"] += bill.amount
        open_ = 0 if bill.written_off_on <= after else bill.open(after)
        if back > 0 and open_ > 0:
            one["late"] |= 1 << back
            one[f"late_{back}"] += open_
        paid = [on for on, _ in bill.receipts]
        if back > 1 and open_ > 0 and (not paid or (len(paid) == 1 and (paid[0] - bill.due_on).days > 28)):
            one["long"] |= 1 << back
    return found


@pytest.mark.parametrize("ago", [0, 20])
def test_the_months_are_those_of_the_raw_rows(warehouse_of: Callable[[int], Path], ago: int) -> None:
    house = warehouse_of(7)
    with open_snapshot(house) as db:
        as_of = db.meta.extract_on - timedelta(days=ago)
        made = months(db, as_of).merge(
            db.cursor().execute("select cons_key, cons_no from dim_customer").df(), on="cons_key"
        )
        rows = warn(db, as_of).rows
    wanted = told(build([house.parent / "extract"], db.meta.extract_on), as_of)
    assert set(made["cons_no"]) == set(wanted) and sum(one["late"] > 0 for one in wanted.values()) > 30
    names = ["billed", "late", "long", *(f"amount_{k}" for k in range(AMOUNTS))]
    for row in made.to_dict("records"):
        for name in [*names, *(f"late_{k}" for k in range(1, LATE + 1))]:
            assert row[name] == wanted[row["cons_no"]][name], (row["cons_no"], name)
    p = rows["p_late"].to_numpy()
    assert list(rows["cons_key"]) == list(made["cons_key"]) and np.isnan(p[made["is_closed"]]).all()
    known = ~np.isnan(p)
    exact = np.round(p[known] * rows["expected_bill"].to_numpy()[known])
    assert (np.abs(rows["at_risk"].to_numpy()[known] - exact) <= 1).all()


def test_a_forecast_is_held_to_what_came(warehouse_of: Callable[[int], Path]) -> None:
    with open_snapshot(warehouse_of(7)) as db:
        held = record(db, db.meta.extract_on)
        short = record(db, db.meta.extract_on - timedelta(days=700))
    table = held.by_class.set_index("class")
    assert held.months == LATE and table.loc["all", "n"] == table.drop("all")["n"].sum()
    for name, row in table.iterrows():
        parts = row["reliability"] - row["resolution"] + row["uncertainty"] + row["within"]
        assert row["brier"] == pytest.approx(parts)
        assert row["beats_base"] == (row["brier"] < row["brier_base"])
        assert row["beats_last"] == (row["brier"] < row["brier_last"])
        curve = held.curves[held.curves["class"] == name]
        assert curve["n"].sum() == row["n"] and curve["late"].sum() == row["late"]
    assert table.loc["all", "beats_base"]
    newest = held.calls["calls"] / held.calls["by_chance"]
    assert newest.round(6).nunique() == 1
    more = held.calls[1:]  # the first list is of three customers
    assert (more["by_risk"] > more["by_chance"]).all()
    assert (held.calls[["by_risk", "by_bill", "by_last"]].diff().dropna() >= 0).all().all()
    assert short.months == 0 and short.by_class.empty
