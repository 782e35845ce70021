"""What the rules' table of collection asks of people in 90 days, and what that costs."""

from __future__ import annotations

import pandas as pd

from analytics.collection_policy import CollectionPolicy
from analytics.collection_work import WORK, fen, minutes, work_of


def in_all(policy: CollectionPolicy, table: pd.DataFrame) -> dict[str, int]:
    """`by_grade` of all grades together, each rounded to whole ones."""
    sums = by_grade(policy, table)[[*WORK, "hours"]].sum()
    return {str(name): round(float(value)) for name, value in sums.items()}


def cost(policy: CollectionPolicy, table: pd.DataFrame) -> int:
    """What the actions of `by_grade` cost in 90 days (fen)."""
    counts = by_grade(policy, table)
    return round(sum(float(counts[c].sum()) * one for c, one in zip(WORK, fen(policy), strict=True)))


def by_grade(policy: CollectionPolicy, table: pd.DataFrame) -> pd.DataFrame:
    """`grade`, a number for each of WORK, `hours`: what a `moves.by_grade` asks for in 90 days."""
    rows = []
    for row in table.to_dict("records"):
        work = work_of(policy, str(row["grade"]))
        counts = [
            row["households"] * ahead + row["late"] * after
            for ahead, after in zip(work.ahead, work.after, strict=True)
        ]
        hours = sum(c * m for c, m in zip(counts, minutes(policy), strict=True)) / 60
        rows.append({"grade": row["grade"], **dict(zip(WORK, counts, strict=True)), "hours": hours})
    return pd.DataFrame(rows, columns=["grade", *WORK, "hours"])


def in_use(*sums: dict[str, int]) -> list[str]:
    """What any side of `in_all` asks for at all, hours last and always."""
    return [name for name in (*WORK, "hours") if name == "hours" or any(s[name] for s in sums)]
