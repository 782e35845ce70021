"""The late fee of many bills at once: `late_fee` by columns, each pair of days worked out once."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.latefee import late_fee

Fen = npt.NDArray[np.int64]
_UNIT = 10**7
"""Yuan whose fee is whole fen at any whole number of days and per mille: a factor without rounding."""


def late_fees(
    amount: npt.ArrayLike, due_on: npt.ArrayLike, paid_on: date, resident: npt.ArrayLike, reading: str
) -> Fen:
    """Fen of fee on `amount` (fen) due on `due_on` (days; none: 0) and open until `paid_on`, rounded half up.

    RefusedError as `late_fee`.
    """
    money = np.maximum(np.asarray(amount, dtype=np.int64), 0)
    days = np.asarray(due_on).astype("datetime64[D]")
    home = np.asarray(resident, dtype=bool)
    late = (days < np.datetime64(paid_on, "D")) & (money > 0)
    codes, pairs = pd.factorize(days[late].astype(np.int64) * 2 + home[late])
    epoch = np.datetime64(0, "D")
    factors = np.zeros(len(pairs), dtype=np.int64)
    for place, pair in enumerate(pairs.tolist()):
        due = (epoch + pair // 2).item()
        fee = late_fee(Decimal(_UNIT), due, paid_on, bool(pair % 2), reading).fee
        factors[place] = int(fee * 1000 / _UNIT)
    fees = np.zeros(len(money), dtype=np.int64)
    fees[late] = (money[late] * factors[codes] + 500) // 1000
    return fees
