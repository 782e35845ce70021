"""What the rules' collection actions ask of people in 90 days, and what that costs."""

from __future__ import annotations

import pandas as pd

from analytics.credit_actions import CHANNELS, CollectionPlan


def in_all(plan: CollectionPlan, table: pd.DataFrame) -> dict[str, int]:
    """`by_grade` of all grades together, each rounded to whole ones."""
    sums = by_grade(plan, table)[[*CHANNELS, "hours"]].sum()
    return {str(name): round(float(value)) for name, value in sums.items()}


def cost(plan: CollectionPlan, table: pd.DataFrame) -> int:
    """What the actions of `by_grade` cost in 90 days (fen)."""
    counts = by_grade(plan, table)
    return round(sum(float(counts[c].sum()) * fen for c, fen in zip(CHANNELS, plan.fen, strict=True)))


def by_grade(plan: CollectionPlan, table: pd.DataFrame) -> pd.DataFrame:
    """`grade, sms, phone, visit, hours` that each grade of a `moves.by_grade` asks for in 90 days."""
    rows = []
    for row in table.to_dict("records"):
        actions = plan.of(str(row["grade"]))
        counts = [
            row["households"] * ahead + row["late"] * after
            for ahead, after in zip(actions.ahead, actions.after, strict=True)
        ]
        hours = sum(c * m for c, m in zip(counts, plan.minutes, strict=True)) / 60
        rows.append({"grade": row["grade"], **dict(zip(CHANNELS, counts, strict=True)), "hours": hours})
    return pd.DataFrame(rows, columns=["grade", *CHANNELS, "hours"])
