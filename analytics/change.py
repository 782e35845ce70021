"""What a figure's change between two days is made of: contributions of keys that sum to it exactly.

An amount's contribution is its own change. A rate is R = Σa / Σp over the keys k. With shares w = p / Σp,
rates r = a / p, R* the mean of the two days' R, and day 0 before day 1:

    c_k = w1 (r1 − R*) − w0 (r0 − R*)          Σ c_k = R1 − R0, since Σ w (r − R*) = R − R* on either day
        = ½ (w0 + w1) (r1 − r0)                the effect of its own rate
        + (w1 − w0) (½ (r0 + r1) − R*)         the effect of its weight: more of what is better than the whole

This is Bennet's (1920) symmetrical form of a change of a weighted mean; R* keeps mere size from counting: a
key that grows at the whole's own rate adds nothing (docs/decisions/0111). Where a key has no p on one of the
days all of c_k is weight.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pandas as pd

SUMS = ("part_then", "whole_then", "part_now", "whole_now")


def rate_weights(then: tuple[int, int], now: tuple[int, int]) -> dict[str, float]:
    """What one more of each of a key's sums adds to c_k, which is linear in them; (part, whole) by day."""
    (a0, p0), (a1, p1) = then, now
    common = (Fraction(a0, p0) + Fraction(a1, p1)) / 2
    of = (Fraction(-1, p0), common / p0, Fraction(1, p1), -common / p1)
    return dict(zip(SUMS, map(float, of), strict=True))


def of_rate(rows: pd.DataFrame) -> pd.DataFrame:
    """`rows` (one per key, all keys, the columns of `SUMS`) with what each adds to the rate's change.

    change = rate_effect + weight_effect as fractions, and `without_then`, `without`: the rate without the key
    on the two days (NaN where nothing else is left). The whole must have a sum p on both days.
    """
    a0, p0, a1, p1 = (int(rows[name].sum()) for name in SUMS)
    common = (Fraction(a0, p0) + Fraction(a1, p1)) / 2
    sums = rows[list(SUMS)].astype("int64").itertuples(index=False, name=None)
    found = [_one(row, (p0, p1), common) for row in sums]
    change, own = ([float(f[i]) for f in found] for i in (0, 1))
    return rows.assign(
        change=change,
        rate_effect=own,
        weight_effect=[float(c - o) for c, o in found],
        without_then=_ratio(a0 - rows["part_then"], p0 - rows["whole_then"]),
        without=_ratio(a1 - rows["part_now"], p1 - rows["whole_now"]),
    )


def of_amount(rows: pd.DataFrame) -> pd.DataFrame:
    """`rows` with what each adds to an amount's change, and the amount without it on the later day (fen)."""
    change = rows["part_now"] - rows["part_then"]
    return rows.assign(change=change, without=int(rows["part_now"].sum()) - rows["part_now"])


def apportioned(values: pd.Series[float], decimals: int) -> pd.Series[float]:
    """The values rounded so that they sum to their rounded sum: what is cut off goes to the largest rests."""
    scaled = values.to_numpy(dtype=float) * 10.0**decimals
    low = np.floor(scaled)
    left = round(float(scaled.sum())) - int(low.sum())
    order = np.argsort(low - scaled, kind="stable")[: max(left, 0)]
    low[order] += 1
    return pd.Series(low / 10.0**decimals, index=values.index)


def _one(
    sums: tuple[int, int, int, int], wholes: tuple[int, int], common: Fraction
) -> tuple[Fraction, Fraction]:
    """c_k, and the part of it that is of the key's own rate."""
    a0, p0, a1, p1 = sums
    change = (a1 - common * p1) / wholes[1] - (a0 - common * p0) / wholes[0]
    if not p0 or not p1:
        return change, Fraction(0)
    weight = (Fraction(p0, wholes[0]) + Fraction(p1, wholes[1])) / 2
    return change, weight * (Fraction(a1, p1) - Fraction(a0, p0))


def _ratio(part: pd.Series[int], whole: pd.Series[int]) -> list[float]:
    return [a / p if p else float("nan") for a, p in zip(part, whole, strict=True)]
