"""The run-off on tables written by hand: what is shrunk, what a season does, what a day may know."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from analytics import run_off
from analytics.calendar import add_months, deadline

DAYS = [date(m // 100, m % 100, 20) for m in (add_months(202101, n) for n in range(40))]
DEADLINES = {day: deadline(day, 5) for day in DAYS}
Rows = list[dict[str, object]]


def rows(kept_of_100: Callable[[date], int], units: tuple[str, ...] = ("01", "02")) -> pd.DataFrame:
    """Each month 100 customers a unit who hold 100 yuan each, of whom some leave all of it."""
    table: Rows = []
    for day in DAYS:
        kept = kept_of_100(day)
        for unit in units:
            cell = {"is_closed": False, "lag_band": 0, "is_due": True, "slow_band": 0}
            cell |= {"class": "03", "size_band": 1}
            counts = {"customers": 100, "kept_customers": kept, "open": 1_000_000, "kept": 10_000 * kept}
            table.append(
                {"key": unit, "org_no": unit, "day": day, **cell, **counts}
                | {"open_of_kept": 10_000 * kept, "squares": 100 * 10_000.0**2}
            )
    return pd.DataFrame(table)


def said(frame: pd.DataFrame, day: date) -> pd.DataFrame:
    """The forecast of a day."""
    known = run_off.run_off(run_off.past(frame, DEADLINES), day)
    assert known is not None
    return run_off.forecast(known, frame[frame["day"] == day])


def test_a_steady_run_off_goes_on_and_its_band_is_narrow() -> None:
    found = said(rows(lambda day: 60), DAYS[-1])
    assert found["open"].tolist() == [1_000_000] * 2
    assert (found["expected"] - 600_000).abs().max() < 5_000
    assert ((found["low"] < found["expected"]) & (found["expected"] < found["high"])).all()
    assert (found["high"] - found["low"]).max() < 200_000


def test_december_is_expected_to_do_what_december_did() -> None:
    frame = rows(lambda day: 20 if day.month == 12 else 60)
    by_month = {day.month: said(frame, day)["expected"].sum() for day in DAYS[-12:]}
    assert by_month[12] < 520_000
    assert min(amount for month, amount in by_month.items() if month != 12) > 1_100_000


def test_what_comes_after_a_day_changes_nothing_of_what_it_said() -> None:
    frame, day = rows(lambda day: 40 + day.month), DAYS[25]
    later = frame["day"] >= day
    other = frame.copy()
    other.loc[later & (other["day"] > day), ["kept", "kept_customers", "open_of_kept"]] = 0
    other.loc[other["day"] == day, ["kept", "kept_customers", "open_of_kept"]] = 1
    pd.testing.assert_frame_equal(said(frame, day), said(other, day))


def test_before_each_season_was_seen_nothing_is_said() -> None:
    past = run_off.past(rows(lambda day: 60), DEADLINES)
    assert run_off.run_off(past, DAYS[run_off.FEWEST - 1]) is None
    known = run_off.run_off(past, DAYS[run_off.FEWEST])
    assert known is not None and known.months == run_off.FEWEST


def test_a_unit_that_pays_slower_is_expected_to_as_far_as_its_record_goes() -> None:
    frame = rows(lambda day: 60)
    slow = frame["org_no"] == "02"
    frame.loc[slow, ["kept", "open_of_kept"]] = 800_000
    frame.loc[slow, "kept_customers"] = 80
    found = said(frame, DAYS[-1]).set_index("key")["expected"]
    assert 600_000 - 20_000 < found["01"] < found["02"] < 800_000 + 20_000
    assert found["02"] > 750_000, "forty months of a hundred customers are believed"


def test_many_equal_units_come_near_the_whole_and_none_beyond_what_it_holds() -> None:
    frame = rows(lambda day: 37 + day.month, ("01", "02", "03"))
    each = said(frame, DAYS[-1])
    whole = said(frame.assign(key=""), DAYS[-1])
    assert each["expected"].sum() == pytest.approx(whole["expected"].sum(), rel=0.02)
    assert (each["high"] <= each["open"]).all() and (each["low"] >= 0).all()


def test_who_is_not_yet_due_and_who_was_slow_before_are_told_apart() -> None:
    frame = rows(lambda day: 60)
    early, slow = frame["org_no"] == "01", frame["org_no"] == "02"
    frame.loc[early, "is_due"] = False
    frame.loc[early, ["kept", "open_of_kept", "kept_customers"]] //= 6
    frame.loc[slow, "slow_band"] = 3
    found = said(frame, DAYS[-1]).set_index("key")["expected"]
    assert found["01"] < 150_000 < 550_000 < found["02"]


def test_one_large_debtor_does_not_widen_what_moves_all_together() -> None:
    frame = rows(lambda day: 60)
    giant = frame.assign(org_no="03", customers=1, open=50_000_000, squares=50_000_000.0**2, size_band=6)
    paid = pd.Series(range(len(giant))) % 4 != 0
    giant = giant.assign(
        kept_customers=paid.astype(int), kept=50_000_000 * paid, open_of_kept=50_000_000 * paid
    )
    both = pd.concat([frame, giant[giant["key"] == "01"]], ignore_index=True)
    known = run_off.run_off(run_off.past(both, DEADLINES), DAYS[-1])
    assert known is not None
    assert known.common < 1.5 * run_off.COMMON**2


def test_the_band_of_one_debtor_is_all_or_nothing_and_of_many_narrow() -> None:
    share, widths = 0.5, []
    for debtors in (1, 10, 1000):
        variance = debtors * (1_000_000 / debtors) ** 2 * share * (1 - share)
        low, high = run_off.band(np.array([1e6]), np.array([1e6 * share]), np.array([variance]))
        widths.append(int(high[0] - low[0]))
    assert widths[0] == 1_000_000
    assert all(wide > narrow for wide, narrow in pairwise(widths))


def test_units_and_cells_that_come_later_change_nothing_of_what_is_drawn() -> None:
    frame, day = rows(lambda day: 60, ("02", "03")), DAYS[-1]
    before = frame[frame["day"] == DAYS[0]].assign(org_no="00", key="00")
    before = before.assign(**{"class": "01", "customers": 0, "kept_customers": 0})
    before[["open", "kept", "open_of_kept", "squares"]] = 0
    more = said(pd.concat([before, frame], ignore_index=True), day).set_index("key")
    assert more.loc[["02", "03"]].equals(said(frame, day).set_index("key"))
