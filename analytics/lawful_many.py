"""The earliest lawful days of many customers at once: `lawful_days` by columns, each day looked up once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analytics.lawful_days import ProvinceLaw, Rule
from analytics.working_days import WorkingDays

Days = NDArray[np.datetime64]
RULES: tuple[Rule, ...] = get_args(Rule)
NONE = np.datetime64("NaT", "D")
FROM, TO = np.datetime64("1900-01-01"), np.datetime64("9000-01-01")


def lawful_frame(frame: pd.DataFrame, law: ProvinceLaw, days: WorkingDays) -> pd.DataFrame:
    """The earliest lawful days of one law's customers, a row each, with the frame's index.

    Reads `due_on`, `demanded_on`, `noticed_on` (days, or missing), `resident` and `delivered` (missing: no).
    Gives `due_on` as moved, `overdue_from, phone, sms, slip, visit, stop_notice, cut, legal` (days, or NaT),
    `noticed`, `stop_rule`, `cut_rule`; the same counted from the due day as printed under `printed_…`; and
    `provisional`. A due day that is missing, before 1900 or after 9000, has no lawful day and is provisional.
    """
    due, demanded, noticed = (_days(frame[name]) for name in ("due_on", "demanded_on", "noticed_on"))
    demanded = np.where(_true(frame["delivered"]), demanded, NONE)
    ahead = np.where(_true(frame["resident"]), law.resident_notice_days, law.other_notice_days)
    told = (law, days, ahead.astype("m8[D]"), demanded, noticed)
    printed = _counted(due, *told, moved=False)
    binding = _counted(_each(due, lambda day: law.end_of(day, days)), *told, moved=True)
    reached = (
        due,
        binding["due_on"],
        *(np.where(np.isnat(c["cut"]), c["overdue_from"], c["cut"]) for c in (printed, binding)),
    )
    known = np.logical_and.reduce([_announced(day, days) for day in reached])
    columns = {
        **binding,
        **{f"printed_{name}": column for name, column in printed.items()},
        "provisional": ~known,
    }
    return pd.DataFrame({name: _column(column) for name, column in columns.items()}, index=frame.index)


def _counted(
    due: Days,
    law: ProvinceLaw,
    days: WorkingDays,
    ahead: NDArray[np.timedelta64],
    demanded: Days,
    noticed_on: Days,
    moved: bool,
) -> dict[str, NDArray[np.generic]]:
    late, beyond = due + np.timedelta64(1, "D"), due + np.timedelta64(law.overdue_days + 1, "D")
    counts: Days = np.where(demanded > due, demanded, NONE)
    end: Days = counts + np.timedelta64(law.reasonable_days, "D")
    asked: Days = (_each(end, lambda day: law.end_of(day, days)) if moved else end) + np.timedelta64(1, "D")
    stop = np.maximum(asked, beyond - ahead)
    noticed = noticed_on >= stop
    told: Days = np.where(noticed, noticed_on, stop)
    earliest: Days = told + ahead
    wanted = np.maximum(beyond, earliest)
    cut = _each(wanted, lambda day: days.first(day, lambda d: law.may_cut(d, days)))
    demand, overdue, notice, rest = (
        np.int8(RULES.index(rule)) for rule in ("demand", "overdue", "notice", "rest")
    )
    after = np.where(earliest > beyond, notice, overdue)
    cut_rule = np.where(np.isnat(cut), demand, np.where(cut != wanted, rest, after))
    stop_rule = np.where(asked < beyond - ahead, notice, demand)
    calls = dict.fromkeys(("phone", "sms", "slip", "visit"), late)
    return {
        "due_on": due,
        "overdue_from": beyond,
        **calls,
        "stop_notice": stop,
        "cut": cut,
        "legal": late,
        "noticed": noticed,
        "stop_rule": stop_rule,
        "cut_rule": cut_rule,
    }


def _days(column: pd.Series) -> Days:
    """A column's days; one that no calendar has is missing."""
    found = pd.to_datetime(column, errors="coerce").to_numpy().astype("M8[D]")
    return np.where((found >= FROM) & (found < TO), found, NONE)


def _true(column: pd.Series) -> NDArray[np.bool_]:
    return column.eq(True).fillna(False).to_numpy(bool)


def _each(values: Days, day_of: Callable[[date], date]) -> Days:
    """A day for each, found once for each one that occurs."""
    codes, whole = pd.factorize(values.view("i8"))
    found = [NONE if d is None else np.datetime64(day_of(d), "D") for d in whole.view("M8[D]").tolist()]
    return np.array(found, "M8[D]")[codes]


def _announced(values: Days, days: WorkingDays) -> NDArray[np.bool_]:
    codes, whole = pd.factorize(values.astype("M8[Y]").view("i8"))
    years = whole.view("M8[Y]").astype("M8[D]").tolist()
    return np.array([d is not None and days.is_announced(d.year) for d in years], bool)[codes]


def _column(values: NDArray[np.generic]) -> pd.Categorical[str] | NDArray[np.generic]:
    if values.dtype.kind == "M":
        return values.astype("M8[s]")
    return (
        values if values.dtype == bool else pd.Categorical.from_codes(values.astype(np.int8), pd.Index(RULES))
    )
