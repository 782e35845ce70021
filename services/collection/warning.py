"""The early warning: whose coming month will be late, how much money that is, and how good it was before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.early_warning import (
    FEATURES,
    WINDOWS,
    Histories,
    Points,
    Seen,
    as_last_month,
    caught,
    facts,
    fit,
    forecast,
    reasons,
)
from analytics.validation import brier, brier_decomposed, reliability_curve
from data.ask import warning_queries as queries
from data.warehouse.snapshots import Snapshot

Array = npt.NDArray[np.float64]
TESTED = queries.LATE
"""Months back that a forecast is held to, each forecast from what was known before it."""
SHARES = (0.01, 0.02, 0.05, 0.1, 0.2)
"""Parts of the customers who are called, the greatest yuan at risk first."""
_OF_MEAN = 3


@dataclass(frozen=True)
class Warning:
    """`rows`: cons_key, p_late (NaN unknown), expected_bill, at_risk (fen), because and because_2: rows of
    the table of points that raise it most, -1 none. `points`: None: little data.
    """

    rows: pd.DataFrame
    points: Points | None


@dataclass(frozen=True)
class Record:
    """How good forecasts of the last months were.

    by_class, a row a class and one for all ("all"): n (customer months), late, rate; brier, reliability,
    resolution, uncertainty, within of the forecast; brier_base (the class's rate before), brier_last (as last
    month); beats_base, beats_last; money (due), late_money, forecast_money (fen). curves: class, and the
    columns of `validation.reliability_curve`. calls: n called of the newest month, share of its late money
    that they have when ordered by yuan at risk (`by_risk`), by the bill alone (`by_bill`), by last month's
    (`by_last`), and on the mean of all orders (`by_chance`). months: how many could be tested.
    """

    by_class: pd.DataFrame
    curves: pd.DataFrame
    calls: pd.DataFrame
    months: int


def warn(db: Snapshot, as_of: date) -> Warning:
    """Of everybody who had something due within a year and is no closed account: P(late) of the coming month.

    The expected bill is what is due of it already, else the mean of the last three months with something due.
    at_risk = p_late × expected bill, half fen away from zero.
    """
    months = queries.months(db, as_of)
    return _warned(months, Histories.of(months), {})


def record(db: Snapshot, as_of: date) -> Record:
    """Hold forecasts of the TESTED months before a day to what came; each is fitted on the year before it."""
    months = queries.months(db, as_of)
    return _recorded(months, Histories.of(months), {})


def both(db: Snapshot, as_of: date) -> tuple[Warning, Record]:
    """`warn` and `record`, reading once."""
    months = queries.months(db, as_of)
    histories, seen = Histories.of(months), Seen()
    return _warned(months, histories, seen), _recorded(months, histories, seen)


def _warned(months: pd.DataFrame, histories: Histories, seen: Seen) -> Warning:
    points = fit(histories, range(1, WINDOWS + 1), seen)
    nothing = np.full(len(months), np.nan)
    p = nothing if points is None else forecast(points, histories, 0)
    p = np.where(months["is_closed"].to_numpy(bool), np.nan, p)
    due = months["amount_0"].to_numpy(dtype=np.int64)
    bill = np.where(due > 0, due, _mean_bill(months, 0))
    risk = np.floor(np.nan_to_num(p) * bill + 0.5).astype(np.int64)
    told = {"cons_key": months["cons_key"], "p_late": p, "expected_bill": bill, "at_risk": risk}
    why = np.full((len(months), 2), -1, dtype=np.int16)
    if points is not None:
        why = np.where(np.isnan(p)[:, None], np.int16(-1), reasons(points, histories, 0)).astype(np.int16)
    return Warning(pd.DataFrame({**told, "because": why[:, 0], "because_2": why[:, 1]}), points)


def _recorded(months: pd.DataFrame, histories: Histories, seen: Seen) -> Record:
    tested = [_tested(months, histories, back, seen) for back in range(1, TESTED + 1)]
    held = [one for one in tested if one is not None]
    if not held:
        return Record(pd.DataFrame(columns=["class", "n"]), pd.DataFrame(), pd.DataFrame(), 0)
    whole = pd.concat(held, ignore_index=True)
    names = [name for name in FEATURES["class"] if name in set(whole["class"])]
    parts = [(name, whole[whole["class"] == name]) for name in names] + [("all", whole)]
    curves = [reliability_curve(part["late"], part["p"]).assign(**{"class": name}) for name, part in parts]
    return Record(
        pd.DataFrame([{"class": name, **_judged(part)} for name, part in parts]),
        pd.concat(curves, ignore_index=True),
        _calls(held[0]),
        len(held),
    )


def _tested(months: pd.DataFrame, histories: Histories, back: int, seen: Seen) -> pd.DataFrame | None:
    """Who had something due in a month: forecast, outcome, and what it is held against."""
    points = fit(histories, range(back + 1, back + 1 + WINDOWS), seen)
    if points is None:
        return None
    p = forecast(points, histories, back)
    due = (histories.billed >> back & 1 == 1) & ~np.isnan(p)
    rates = points.table[points.table["fact"] == "class"].set_index("value")
    base = (rates["late"] / rates["months"].where(rates["months"] > 0)).fillna(points.rate)
    frame = pd.DataFrame(
        {
            "class": np.array(FEATURES["class"], dtype=object)[facts(histories, back)["class"]],
            "p": p,
            "late": histories.late >> back & 1,
            "base": base.reindex(list(FEATURES["class"])).to_numpy()[histories.classes],
            "last": as_last_month(histories, back),
            "money": months[f"amount_{back}"],
            "late_money": months[f"late_{back}"],
            "bill": _mean_bill(months, back),
        }
    )
    kept: pd.DataFrame = frame[due].reset_index(drop=True)
    return kept


def _judged(part: pd.DataFrame) -> dict[str, object]:
    parts = brier_decomposed(part["late"], part["p"])
    base, last = brier(part["late"], part["base"]), brier(part["late"], part["last"])
    return {
        "n": len(part),
        "late": int(part["late"].sum()),
        "rate": float(part["late"].mean()),
        **vars(parts),
        "brier_base": base,
        "brier_last": last,
        "beats_base": parts.brier < base,
        "beats_last": parts.brier < last,
        "money": int(part["money"].sum()),
        "late_money": int(part["late_money"].sum()),
        "forecast_money": int(np.floor(part["p"].to_numpy() * part["money"].to_numpy() + 0.5).sum()),
    }


def _calls(newest: pd.DataFrame) -> pd.DataFrame:
    """What the first n of three lists would have caught."""
    calls = sorted({max(1, round(len(newest) * share)) for share in SHARES})
    late = newest["late_money"]
    return pd.DataFrame(
        {
            "calls": calls,
            "by_risk": caught(newest["p"] * newest["bill"], late, calls),
            "by_bill": caught(newest["bill"], late, calls),
            "by_last": caught(newest["last"] * newest["bill"], late, calls),
            "by_chance": [n / len(newest) if late.sum() > 0 else float("nan") for n in calls],
        }
    )


def _mean_bill(months: pd.DataFrame, back: int) -> npt.NDArray[np.int64]:
    """Mean of what was due in those of the three months before month `back` that had something; fen."""
    before = np.column_stack([months[f"amount_{back + n}"] for n in range(1, _OF_MEAN + 1)])
    count = np.maximum((before > 0).sum(axis=1), 1)
    return np.asarray(before.sum(axis=1) // count, dtype=np.int64)
