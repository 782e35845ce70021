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

from analytics.recovery import ratio

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
    a0, p0, a1, p1 = (rows[name].to_numpy(dtype=float) for name in SUMS)
    part0, whole0, part1, whole1 = (int(rows[name].sum()) for name in SUMS)
    common = float((Fraction(part0, whole0) + Fraction(part1, whole1)) / 2)
    change = (a1 - common * p1) / whole1 - (a0 - common * p0) / whole0
    own = (p0 / whole0 + p1 / whole1) / 2 * (ratio(a1, p1) - ratio(a0, p0))
    own = np.where((p0 != 0) & (p1 != 0), own, 0.0)
    return rows.assign(
        change=change,
        rate_effect=own,
        weight_effect=change - own,
        without_then=ratio(part0 - a0, whole0 - p0),
        without=ratio(part1 - a1, whole1 - p1),
    )


def of_amount(rows: pd.DataFrame) -> pd.DataFrame:
    """`rows` with what each adds to an amount's change, and the amount without it on the later day (fen)."""
    change = rows["part_now"] - rows["part_then"]
    return rows.assign(change=change, without=int(rows["part_now"].sum()) - rows["part_now"])


def apportioned(values: pd.Series[float], decimals: int, total: float) -> pd.Series[float]:
    """The values rounded so that they sum to `total`, which is less than a last place from their sum and has
    no more places: what is cut off goes to the largest rests.
    """
    scaled = values.to_numpy(dtype=float) * 10.0**decimals
    low = np.floor(scaled)
    left = round(total * 10.0**decimals) - int(low.sum())
    order = np.argsort(low - scaled, kind="stable")[: max(left, 0)]
    low[order] += 1
    return pd.Series(low / 10.0**decimals, index=values.index)
