"""Ageing buckets by days overdue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import pandas as pd

NOT_DUE = "not_due"


@dataclass(frozen=True)
class Bucket:
    """`low` to `high` days overdue, both included; None is open."""

    key: str
    low: int | None
    high: int | None


def buckets(edges: Sequence[int]) -> tuple[Bucket, ...]:
    """The buckets between edges: at most the first edge is not due, beyond the last has no end."""
    first, last = edges[0], edges[-1]
    inner = [Bucket(f"{a + 1}-{b}", a + 1, b) for a, b in pairwise(edges)]
    return (Bucket(NOT_DUE, None, first), *inner, Bucket(f">{last}", last + 1, None))


def bucket_of(days: int, edges: Sequence[int]) -> str:
    """The key of the bucket that so many days overdue fall into."""
    return buckets(edges)[sum(days > edge for edge in edges)].key


def named(counted: pd.DataFrame, edges: Sequence[int]) -> pd.DataFrame:
    """Replace the bucket numbers of a frame by their keys."""
    keys = {number: bucket.key for number, bucket in enumerate(buckets(edges))}
    return counted.assign(bucket=counted["bucket"].map(keys))


def complete(counted: pd.DataFrame, edges: Sequence[int]) -> pd.DataFrame:
    """All buckets in order: bucket, low, high, amount, customers, bills, share (NaN: nothing held)."""
    all_buckets = buckets(edges)
    by_bucket = counted.set_index("bucket")[["amount", "customers", "bills"]].reindex(
        range(len(all_buckets)), fill_value=0
    )
    amounts = by_bucket["amount"].astype("int64").to_numpy()
    total = int(amounts.sum())
    return pd.DataFrame(
        {
            "bucket": [b.key for b in all_buckets],
            "low": pd.array([b.low for b in all_buckets], dtype="Int64"),
            "high": pd.array([b.high for b in all_buckets], dtype="Int64"),
            "amount": amounts,
            "customers": by_bucket["customers"].astype("int64").to_numpy(),
            "bills": by_bucket["bills"].astype("int64").to_numpy(),
            "share": amounts / total if total else float("nan"),
        }
    )
