"""The risk light of every customer, or of one, as of a day: read beside the grade, never mixed with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.policy import Policy
from analytics.risk_light import REASONS, SIGNALS, lights
from data.ask.sql_files import frame, text_of
from data.warehouse.snapshots import Snapshot
from services.customers import lists

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Light:
    """One customer's light (none, yellow, orange, red), and the reasons for it."""

    light: str
    reasons: tuple[str, ...]


def risk_lights(db: Snapshot, policy: Policy, as_of: date, cons_nos: Sequence[str] = ()) -> pd.DataFrame:
    """One row per customer number (all, or those given that are known), by cons_key.

    `cons_key`, `cons_no`, `light`, and one flag per reason of REASONS.
    """
    path = lists.measures(db, as_of)
    values = {"as_of": as_of, "measures": str(path), "cons_nos": list(cons_nos)}
    told_signals = frame(db, text_of("risk_signals"), values)
    billed, periods = _numbers(told_signals, "billed_12m"), _numbers(told_signals, "periods_12m")
    with np.errstate(divide="ignore", invalid="ignore"):
        signals = {"mean_bill": billed / np.where(periods > 0, periods, np.nan)}
    signals |= {name: _numbers(told_signals, name) for name in SIGNALS if name != "mean_bill"}
    made = lights(policy.light, signals)
    who = {name: told_signals[name] for name in ("cons_key", "cons_no")}
    return pd.DataFrame({**who, "light": made.names(), **made.reasons})


def risk_light_of(db: Snapshot, policy: Policy, as_of: date, cons_no: str) -> Light:
    """The light of one customer; none for a number that is not known."""
    lights = risk_lights(db, policy, as_of, [cons_no])
    if lights.empty:
        return Light("none", ())
    row = lights.iloc[0]
    return Light(str(row["light"]), tuple(r for r in REASONS if row[r]))


def light_counts(db: Snapshot, policy: Policy, as_of: date) -> dict[str, int]:
    """How many customers have each light."""
    return {str(k): int(v) for k, v in risk_lights(db, policy, as_of)["light"].value_counts().items()}


def _numbers(signals: pd.DataFrame, name: str) -> Array:
    return np.asarray(signals[name].to_numpy(dtype=np.float64, na_value=np.nan))
