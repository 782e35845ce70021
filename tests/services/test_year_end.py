"""The year-end forecast: how often the year ended in its band, and where it draws none."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from analytics import calendar
from analytics.forecast import Unpaid, later_months, on_the_way, year_end
from analytics.policy import RecoveryRules
from analytics.recovery import rates_over
from data.ask import queries
from data.scope import Scope
from data.warehouse.snapshots import Snapshot, open_snapshot
from services.recovery import figures
from services.recovery.headline import period_of
from services.recovery.units import EVERY_STATION
from tests.services.test_run_off import FEW_AND_ALL, SEED, Folder, warehouse

RULES = RecoveryRules()
DAYS = [*(date(2025, month, 20) for month in (6, 9, 10, 11, 12)), date(2025, 12, 28)]
OF_STATIONS = DAYS[2:]
"""Three seeds are three outcomes of the whole on each basis: stations tell more of how often bands hold."""


@pytest.fixture(scope="module", params=FEW_AND_ALL)
def all_told(request: pytest.FixtureRequest, once_per_run: Folder) -> pd.DataFrame:
    """By seed, unit ('' the whole), basis and day: expected, low, high, came, and what two plain ways say:
    the rate stays as it is today (now), or ends as last year's did (last).
    """
    rows = []
    for seed in request.param:
        with open_snapshot(warehouse(seed, once_per_run)) as db:
            stations = figures.cleared_by(db, Scope(date(2026, 10, 20)), RULES, "org", EVERY_STATION)["key"]
            for day in DAYS:
                for basis in ("assessment", "point"):
                    units = ("", *(stations if day in OF_STATIONS else ()))
                    rows += [(seed, unit, basis, day, *_of_day(db, day, basis, unit)) for unit in units]
    columns = ["seed", "unit", "basis", "day", "expected", "low", "high", "came", "now", "last"]
    return pd.DataFrame(rows, columns=columns)


def _of_day(db: Snapshot, day: date, basis: str, unit: str) -> tuple[float, ...]:
    scope = Scope(day, basis, orgs=(unit,) if unit else ())
    end = scope.at(date(2025, 12, 31))
    last, now = (
        figures.recovery(db, scope.at(d), RULES).current_year.rate for d in (date(2024, 12, 31), day)
    )
    came = rates_over(queries.flows(db, end), [(period_of(end, RULES), calendar.EVERY_MONTH)])
    f = figures.forecast(db, scope, RULES)
    return f.expected, f.low, f.high, float(came["cy_rate"].iloc[0]), now, last


@pytest.fixture(scope="module")
def told(all_told: pd.DataFrame) -> pd.DataFrame:
    """Of the whole."""
    return all_told[all_told["unit"] == ""]


def test_four_years_of_five_ended_in_the_band_on_each_basis(all_told: pd.DataFrame) -> None:
    drawn = all_told.dropna(subset=["low"])
    inside = (drawn["low"] <= drawn["came"]) & (drawn["came"] <= drawn["high"])
    seeds = drawn["seed"].nunique()
    assert len(drawn) >= 40 * seeds
    assert (0.70, 0.65)[seeds == 1] <= inside.mean() <= (0.90, 0.97)[seeds == 1], inside.mean()
    by_basis = inside.groupby(drawn["basis"]).mean()
    assert by_basis.min() >= 0.65, by_basis
    assert seeds == 1 or by_basis.max() <= 0.95, by_basis  # of one, how wide it is holds below
    assert all_told["expected"].notna().all() and all_told["expected"].le(1).all()


def test_units_err_less_than_the_plainer_ways_to_the_last(all_told: pd.DataFrame) -> None:
    late = all_told[(all_told["unit"] != "") & (all_told["day"] >= date(2025, 12, 1))]
    for _, rows in (*all_told.groupby("basis"), *late.groupby("basis")):
        expected, now, last = ((rows[w] - rows["came"]).abs().mean() for w in ("expected", "now", "last"))
        assert expected < 0.9 * min(now, last), (expected, now, last)


def test_plainer_ways_err_twice_as_much_and_the_band_is_no_wider_than_its_errors_ask(
    told: pd.DataFrame,
) -> None:
    errors = {way: float((told[way] - told["came"]).abs().mean()) for way in ("expected", "now", "last")}
    assert errors["expected"] < 0.6 * min(errors["now"], errors["last"]), errors
    drawn = told.dropna(subset=["low"])
    off = (drawn["expected"] - drawn["came"]).abs().mean()
    assert (drawn["high"] - drawn["low"]).mean() < 6 * off, "a bell's is 3.2 times its mean error"


def test_a_band_that_history_cannot_support_is_not_drawn(told: pd.DataFrame) -> None:
    assert told.loc[told["day"] == date(2025, 6, 20), "low"].isna().all()
    assert told.loc[told["day"] >= date(2025, 10, 20), "low"].notna().all()
    part = Unpaid(1e9, 1e6, 1e10, np.full(9, 1e6))
    june = year_end(202506, {}, 0.995, {202509: [part], 202512: [part]}, 12).path.set_index("ym")["low"]
    assert june.notna().to_dict() == {ym: ym == 202509 for ym in range(202501, 202513)}
    few, many = (year_end(202510, {}, 0.995, {202512: [part]}, n) for n in (9, 36))
    assert few.high - few.low > many.high - many.low > 0


def test_it_starts_at_the_day_and_says_nothing_of_a_year_that_has_ended(once_per_run: Folder) -> None:
    with open_snapshot(warehouse(SEED, once_per_run)) as db:
        scope = Scope(date(2026, 10, 20))
        f = figures.forecast(db, scope, RULES)
        path = f.path.set_index("ym")
        now = figures.headline(db, scope, RULES).recovery.current_year.rate
        assert path.loc[202610, "actual"] == pytest.approx(now)
        assert pd.isna(path.loc[202611, "actual"]) and path.loc[202612, "expected"] == f.expected
        drawn = path.loc[[202611, 202612]]
        assert (drawn["low"] < drawn["expected"]).all() and (drawn["expected"] < drawn["high"]).all()
        assert now < path.loc[202611, "expected"] < path.loc[202612, "expected"] < 1
        assert path.loc[:202610, ["expected", "low", "high"]].isna().all(axis=None)
        for day in (date(2026, 1, 20), date(2025, 12, 31), date(2024, 3, 20)):
            assert figures.forecast(db, Scope(day), RULES).months == 0


def test_what_is_open_runs_off_evenly_on_the_way_to_its_end() -> None:
    end = Unpaid(1e9, 1e6, 4e10, np.array([0.0, 1e6, 16e6]))
    half, most, whole = (on_the_way(16e6, end, passed) for passed in (0.5, 0.75, 1.0))
    assert half.mean == pytest.approx(4e6) and most.mean == pytest.approx(2e6)
    assert half.variance / half.mean**2 == pytest.approx(0.02)
    assert (whole.mean, whole.variance) == pytest.approx((1e6, 4e10))
    assert half.outcomes == pytest.approx([4e3, 4e6, 16e6])
    assert on_the_way(0.0, end, 0.5).mean == 0


def test_a_debtor_who_holds_most_is_expected_to_do_the_likelier_of_two() -> None:
    stays = np.r_[np.full(70, 9e6), np.zeros(30)]
    held = Unpaid(1e9, 6.3e6, 17e12, stays)
    assert year_end(202512, {}, 0.995, {202512: [held]}, 36).expected == pytest.approx(0.991)
    assert year_end(202512, {}, 0.995, {202512: [held.beside(1e6)]}, 36).expected == pytest.approx(0.990)


def test_the_record_is_of_the_month_ends_whichever_day_is_looked_at(once_per_run: Folder) -> None:
    with open_snapshot(warehouse(SEED, once_per_run)) as db:
        record = figures.said_of_year(db, Scope(date(2026, 10, 20)), RULES)
        assert record.year == 2025 and len(record.rows) >= 4
        assert record.rows.equals(figures.said_of_year(db, Scope(date(2026, 5, 31)), RULES).rows)
        for row in record.rows.to_dict("records"):
            then = figures.forecast(db, Scope(row["as_of"]), RULES)
            assert calendar.is_month_end(row["as_of"]) and row["expected"] == pytest.approx(then.expected)
            assert pd.isna(row["is_in_band"]) == pd.isna(row["low"])
        assert 0 < record.rows["is_in_band"].isna().sum() < len(record.rows), "no verdict without a band"


def test_later_months_follow_the_season_as_far_as_one_outcome_is_trusted() -> None:
    steady = [(0.02, False)] * 11 + [(0.01, True)]
    wild = [(0.002 if n % 2 else 0.2, False) for n in range(11)] + [(0.01, True)]
    assert 0.010 * 1e6 < later_months(1e6, steady).mean < 0.012 * 1e6
    assert later_months(1e6, wild).variance > 10 * later_months(1e6, steady).variance
    assert later_months(0.0, steady).mean == 0
