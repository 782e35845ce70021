"""Recovery rates from flows: sums first, one division last.

`flows` frames have one row per (key, rcvbl_ym, bill_year, event_ym), ordered by key, with additive
measures in fen and counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from analytics.calendar import EVERY_MONTH, Period

Ints = np.ndarray[Any, np.dtype[np.int64]]

MEASURES = (
    "billed", "collected", "collected_late", "collected_after_cutoff", "collected_set_off", "due_billed",
    "due_collected", "credit", "written_off", "written_off_bills", "recovered_after", "owed_open",
    "pair_billed", "pair_settled", "bills",
)  # fmt: skip


@dataclass(frozen=True)
class Rate:
    """Billed and collected fen."""

    billed: int
    collected: int

    @property
    def rate(self) -> float:
        """collected / billed; NaN where nothing was billed."""
        return self.collected / self.billed if self.billed else float("nan")

    def __add__(self, other: Rate) -> Rate:
        return Rate(self.billed + other.billed, self.collected + other.collected)


@dataclass(frozen=True)
class Households:
    """Household-months billed and settled."""

    billed: int
    settled: int

    @property
    def rate(self) -> float:
        """settled / billed; NaN where none was billed."""
        return self.settled / self.billed if self.billed else float("nan")


@dataclass(frozen=True)
class Recovery:
    """Every rate of one basis; on_time, late, after_cutoff and set_off are of the current year's bills."""

    period: Period
    current_year: Rate
    old_debt: Rate
    combined: Rate
    month: Rate
    household_months: Households
    on_time: Rate  # billed of bills due, and what was collected of it by its due date
    late: int  # part of the current year's collected that came after the due date
    after_cutoff: int  # part of `late` that came after the supply was cut
    set_off: int  # part of the current year's collected that was set off against prepaid money
    issued_in_new_year: Rate  # 跨年发行: bills of earlier years' months issued this year, inside current_year


def ratio(part: Any, whole: Any) -> Any:
    """part / whole by element; NaN where the whole is 0."""
    part, whole = np.asarray(part, dtype=float), np.asarray(whole, dtype=float)
    return np.divide(part, whole, out=np.full(whole.shape, np.nan), where=whole != 0)


class FlowArrays:
    """A flows frame as arrays, so that many periods can be summed quickly."""

    def __init__(self, flows: pd.DataFrame) -> None:
        keys = flows["key"].to_numpy(dtype=object)
        starts = np.flatnonzero(np.append(True, keys[1:] != keys[:-1])) if len(keys) else np.array([], int)
        self.keys: list[str] = [str(k) for k in keys[starts]]
        self._starts = starts
        names = ("rcvbl_ym", "bill_year", "event_ym", *MEASURES)
        self.column: dict[str, Ints] = {n: flows[n].to_numpy(dtype=np.int64) for n in names}

    def total(self, measure: str, where: Any) -> Ints:
        """The measure's sum over the chosen rows, one number per key."""
        if not self.keys:
            return np.zeros(0, dtype=np.int64)
        return np.add.reduceat(np.where(where, self.column[measure], 0), self._starts)

    def sums(self, period: Period, up_to: int = EVERY_MONTH) -> dict[str, Ints]:
        """Every part of the period's rates, by key, from events of months up to `up_to`."""
        ym, year, event = (self.column[c] for c in ("rcvbl_ym", "bill_year", "event_ym"))
        known = event <= up_to
        counted = known & (ym <= period.last_month)
        current = counted & (year == period.year)
        earlier = counted & (year < period.year)
        before = earlier & (event <= period.old_debt_month)
        since = earlier & (event > period.old_debt_month)
        month = known & (ym == period.month)
        new_year = current & (ym // 100 < period.year)
        add = self.total
        return {
            "cy_billed": add("billed", current),
            "cy_collected": add("collected", current),
            "old_billed": add("billed", before) - add("collected", before) - add("written_off", before),
            "old_collected": add("collected", since),
            "month_billed": add("billed", month),
            "month_collected": add("collected", month),
            "hh_billed": add("pair_billed", current),
            "hh_settled": add("pair_settled", current),
            "due_billed": add("due_billed", current),
            "due_collected": add("due_collected", current),
            "late": add("collected_late", current),
            "after_cutoff": add("collected_after_cutoff", current),
            "set_off": add("collected_set_off", current),
            "new_year_billed": add("billed", new_year),
            "new_year_collected": add("collected", new_year),
            "credit": add("credit", known),
            "written_off": add("written_off", known),
            "written_off_bills": add("written_off_bills", known),
            "recovered_after": add("recovered_after", known),
            "balance": add("owed_open", known),
        }


def with_rates(sums: pd.DataFrame) -> pd.DataFrame:
    """The frame of `sums` with combined amounts and every rate beside its parts."""
    billed, collected = sums["cy_billed"] + sums["old_billed"], sums["cy_collected"] + sums["old_collected"]
    rates_of = ("cy", "old", "month")
    beside: dict[str, Any] = {
        "billed": billed,
        "collected": collected,
        "rate": ratio(collected, billed),
        **{f"{n}_rate": ratio(sums[f"{n}_collected"], sums[f"{n}_billed"]) for n in rates_of},
        "hh_rate": ratio(sums["hh_settled"], sums["hh_billed"]),
        "on_time_rate": ratio(sums["due_collected"], sums["due_billed"]),
    }
    return pd.concat([sums, pd.DataFrame(beside, index=sums.index)], axis=1)


def rates(flows: pd.DataFrame, period: Period, up_to: int = EVERY_MONTH) -> pd.DataFrame:
    """One row per key: key, the parts of the period's rates, and the rates."""
    arrays = FlowArrays(flows)
    return with_rates(
        pd.DataFrame({"key": pd.Series(arrays.keys, dtype="str"), **arrays.sums(period, up_to)})
    )


def rates_over(flows: pd.DataFrame, periods: list[tuple[Period, int]]) -> pd.DataFrame:
    """Rates of at least one (period, last event month): key, as_of, ym, the parts and the rates."""
    arrays = FlowArrays(flows)
    parts = [arrays.sums(period, up_to) for period, up_to in periods]
    days = [period.as_of for period, _ in periods for _ in arrays.keys]
    frame = {
        "key": pd.Series(arrays.keys * len(periods), dtype="str"),
        "as_of": pd.Series(days, dtype=object),
        "ym": np.array([day.year * 100 + day.month for day in days], dtype=np.int64),
        **{name: np.concatenate([part[name] for part in parts]) for name in parts[0]},
    }
    return with_rates(pd.DataFrame(frame))


def recovery(flows: pd.DataFrame, period: Period, up_to: int = EVERY_MONTH) -> Recovery:
    """Every rate of the period, over all keys together."""
    sums = {name: int(values.sum()) for name, values in FlowArrays(flows).sums(period, up_to).items()}
    current = Rate(sums["cy_billed"], sums["cy_collected"])
    old = Rate(sums["old_billed"], sums["old_collected"])
    return Recovery(
        period=period,
        current_year=current,
        old_debt=old,
        combined=current + old,
        month=Rate(sums["month_billed"], sums["month_collected"]),
        household_months=Households(sums["hh_billed"], sums["hh_settled"]),
        on_time=Rate(sums["due_billed"], sums["due_collected"]),
        late=sums["late"],
        after_cutoff=sums["after_cutoff"],
        set_off=sums["set_off"],
        issued_in_new_year=Rate(sums["new_year_billed"], sums["new_year_collected"]),
    )
