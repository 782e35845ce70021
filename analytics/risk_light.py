"""The monthly risk light of collection: red, orange, yellow or none, apart from the yearly grade.

It says whom to turn to first; it allows no action by itself. What is in transit has been paid and counts as
owed nowhere here. Who owes nothing past due is never worse than yellow.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from analytics.errors import RefusedError

Array = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Levels = npt.NDArray[np.int8]

LIGHTS = ("none", "yellow", "orange", "red")
"""By level, 0 … 3."""
SIGNALS = (
    "overdue",
    "balance",
    "in_transit",
    "days_overdue",
    "mean_bill",
    "arrears_12m",
    "days_since_bounce",
    "days_since_cut",
)
"""What is read of a customer, NaN unknown or never: money in fen, times in days."""
REASONS = ("days", "bills", "arrears", "bounced", "cut", "early")


@dataclass(frozen=True)
class LightLevel:
    """What gives a colour, any of them to a customer with something overdue; 0 switches one off.

    `days`: days overdue of the oldest bill at least; `bills`: overdue money in own mean bills at least;
    `arrears`: arrears in twelve months at least.
    """

    days: int
    bills: float
    arrears: int


@dataclass(frozen=True)
class LightRules:
    """When a customer has which light.

    Overdue money under `least_overdue_yuan` counts as none. A bounced or reversed payment within
    `bounced_days` and a cut for arrears within `cut_days` each raise the light of who owes by one colour.
    Who owes nothing past due but has an open bill is yellow with a bounced payment, or with
    `early_arrears` arrears in twelve months.
    """

    yellow: LightLevel = LightLevel(1, 0.0, 0)
    orange: LightLevel = LightLevel(15, 2.0, 4)
    red: LightLevel = LightLevel(31, 3.0, 6)
    least_overdue_yuan: float = 10.0
    bounced_days: int = 60
    cut_days: int = 365
    early_arrears: int = 3

    def __post_init__(self) -> None:
        numbers = [self.least_overdue_yuan, self.bounced_days, self.cut_days, self.early_arrears]
        for level in (self.yellow, self.orange, self.red):
            numbers += [level.days, level.bills, level.arrears]
        if not all(np.isfinite(x) and 0 <= x <= 1_000_000 for x in numbers):
            raise RefusedError("policy_light_number")
        for name in ("days", "bills", "arrears"):
            given = [getattr(level, name) for level in (self.yellow, self.orange, self.red)]
            if any(b < a for a, b in pairwise(x for x in given if x)):
                raise RefusedError("policy_light_order", name=name, value=given)
        if not any((self.yellow.days, self.yellow.bills, self.yellow.arrears)):
            raise RefusedError("policy_light_empty")


@dataclass(frozen=True)
class Lights:
    """Each customer's level (a position in LIGHTS) and, by reason, for whom it counted."""

    level: Levels
    reasons: dict[str, Flags]

    def names(self) -> npt.NDArray[np.object_]:
        """The light's name of each customer."""
        return np.array(LIGHTS, dtype=object)[self.level]


def lights(rules: LightRules, signals: Mapping[str, Array]) -> Lights:
    """The lights of customers by their SIGNALS; what is unknown counts for nothing."""
    s = {name: np.asarray(signals[name], dtype=np.float64) for name in SIGNALS}
    overdue, balance = (np.maximum(s[name] - s["in_transit"], 0) for name in ("overdue", "balance"))
    owes = overdue >= max(rules.least_overdue_yuan * 100, 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        bills = np.where(owes, overdue / np.where(s["mean_bill"] > 0, s["mean_bill"], np.nan), 0.0)
        read = {"days": s["days_overdue"], "bills": bills, "arrears": s["arrears_12m"]}
        bounced = s["days_since_bounce"] < rules.bounced_days
        cut = s["days_since_cut"] < rules.cut_days
        by = {name: _level(rules, name, values) * owes for name, values in read.items()}
        base = np.maximum.reduce(list(by.values()))
        raised = np.minimum(base + bounced * (base > 0) + cut * (base > 0), len(LIGHTS) - 1)
        many = (s["arrears_12m"] >= rules.early_arrears) & (rules.early_arrears > 0)
        waiting = (balance > 0) & (base == 0)
    reasons = {name: (level == base) & (base > 0) for name, level in by.items()}
    reasons["bounced"] = bounced & ((base > 0) | waiting)
    reasons["cut"] = cut & (base > 0)
    reasons["early"] = waiting & many
    early = waiting & (many | bounced)
    return Lights(np.where(early, 1, raised).astype(np.int8), reasons)


def _level(rules: LightRules, name: str, values: Array) -> Levels:
    """The worst level whose threshold the values reach."""
    level = np.zeros(len(values), dtype=np.int8)
    for position, threshold in enumerate((rules.yellow, rules.orange, rules.red), start=1):
        least = float(getattr(threshold, name))
        if least > 0:
            level[values >= least] = position
    return level
