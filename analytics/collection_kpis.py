"""Collection figures of the analysis tab: effectiveness, days outstanding, concentration. Amounts in fen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

NAN = float("nan")


@dataclass(frozen=True)
class Cei:
    """Collection effectiveness index in percent over `months` months, with its parts."""

    value: float
    months: int
    beginning: int
    sales: int
    ending_total: int
    ending_current: int


def cei(beginning: int, sales: int, months: int, ending_total: int, ending_current: int) -> Cei:
    """(Beg + S/N - EndTotal) / (Beg + S/N - EndCurrent) x 100; NaN where nothing could be collected.

    Beg and End are balances at the ends of N months, S the sales over them, EndCurrent what is not yet due.
    """
    monthly = sales / months if months else 0.0
    could = beginning + monthly - ending_current
    value = (beginning + monthly - ending_total) / could * 100 if could else NAN
    return Cei(value, months, beginning, sales, ending_total, ending_current)


@dataclass(frozen=True)
class Dso:
    """Days sales outstanding: plain, count-back, best possible (not yet due only); NaN where nothing was
    sold.
    """

    plain: float
    count_back: float
    best_possible: float
    days: int
    balance: int
    current: int
    sales: int


def dso(balance: int, current: int, monthly: Sequence[tuple[int, int]]) -> Dso:
    """From the balance, its part not yet due, and (sales, days) of the latest months, newest first.

    plain = balance x days / sales. Count-back takes whole months off the balance, newest first, and counts
    the
    last one in part; NaN where the months given do not reach.
    """
    sales, days = sum(s for s, _ in monthly), sum(d for _, d in monthly)
    plain = balance * days / sales if sales else NAN
    best = current * days / sales if sales else NAN
    return Dso(plain, count_back(balance, monthly), best, days, balance, current, sales)


def count_back(balance: int, monthly: Sequence[tuple[int, int]]) -> float:
    """Days of sales, newest month first, that the balance amounts to; NaN where the months do not reach."""
    left, counted = float(balance), 0.0
    for sales, days in monthly:
        if sales >= left and sales > 0:
            return counted + left / sales * days
        left -= max(sales, 0)
        counted += days
    return counted if left <= 0 and monthly else NAN


@dataclass(frozen=True)
class Concentration:
    """How a balance is spread over those who hold it.

    `top` columns: share (the top k), customers, amount, amount_share; `curve` (Lorenz, smallest first):
    customers_share, amount_share.
    """

    customers: int
    amount: int
    gini: float
    top: pd.DataFrame
    curve: pd.DataFrame


def concentration(amounts: Any, shares: Sequence[float], points: int = 101) -> Concentration:
    """From positive amounts in any order; the top k % is at least one holder; NaN where nobody holds any."""
    held = np.sort(np.asarray(amounts, dtype=np.int64))
    n, total = len(held), int(held.sum())
    summed = np.concatenate([[0], np.cumsum(held)])
    sizes = [min(n, max(1, int(np.ceil(k * n)))) if n else 0 for k in shares]
    tops = [total - int(summed[n - size]) for size in sizes]
    top = pd.DataFrame({"share": list(shares), "customers": sizes, "amount": tops})
    top["amount_share"] = [amount / total if total else NAN for amount in tops]
    at = np.unique(np.linspace(0, n, points).round().astype(int)) if n else np.array([], dtype=int)
    curve = pd.DataFrame({"customers_share": at / max(n, 1), "amount_share": summed[at] / max(total, 1)})
    return Concentration(n, total, gini(held), top, curve)


def gini(ascending: Any) -> float:
    """Gini coefficient of amounts in ascending order: 0 all equal, near 1 one holder; NaN where there are
    none.
    """
    held = np.asarray(ascending, dtype=float)
    n, total = len(held), float(held.sum())
    if not n or not total:
        return NAN
    ranks = np.arange(1, n + 1)
    return float(2 * (ranks * held).sum() / (n * total) - (n + 1) / n)


def roll_rates(moves: pd.DataFrame, buckets: Sequence[str]) -> pd.DataFrame:
    """From (from_bucket, to_bucket, amount): also base = the from bucket's sum and rate = amount / base;
    in order.
    """
    base = moves.groupby("from_bucket")["amount"].sum()
    out = moves.assign(base=moves["from_bucket"].map(base).astype("float64"))
    out["rate"] = out["amount"] / out["base"].where(out["base"] != 0)
    order = {key: number for number, key in enumerate([*buckets, "settled", "written_off"])}
    place = out.assign(a=out["from_bucket"].map(order), b=out["to_bucket"].map(order))
    kept = place.sort_values(["a", "b"]).drop(columns=["a", "b"])
    return kept.reset_index(drop=True)
