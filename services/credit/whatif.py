"""A policy that is not adopted beside the one that is: households, money, who moves, work load."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from analytics.credit_actions import CHANNELS, CollectionPlan
from analytics.credit_policy import CreditRules
from analytics.cutoffs import Range, Solved, solve
from analytics.errors import RefusedError
from analytics.grading import UNGRADED, Bounds
from services.credit.slim import Part, Slim

Index = npt.NDArray[np.int16]
Array = npt.NDArray[np.float64]

UNGRADED_KEY = ""
FLOWS = ("model", "old", "new", "households", "late", "balance", "overdue")


@dataclass(frozen=True)
class Moves:
    """How many households move up and down, and how many get or lose a grade; None where grades differ."""

    changed: int
    up: int | None
    down: int | None
    overdue: int


def flows(
    part: Part, old: Index, new: Index, old_keys: Sequence[str], new_keys: Sequence[str]
) -> pd.DataFrame:
    """FLOWS of one model: households from grade to grade ('' ungraded), those past due, money (fen)."""
    width = len(new_keys) + 1
    cell = (old.astype(np.int64) + 1) * width + (new + 1)
    size = (len(old_keys) + 1) * width
    counted = {
        "households": np.bincount(cell, minlength=size),
        "late": np.bincount(cell[part.overdue > 0], minlength=size),
        "balance": _sums(cell, part.balance, size),
        "overdue": _sums(cell, part.overdue, size),
    }
    before = np.repeat(np.array([UNGRADED_KEY, *old_keys], dtype=object), width)
    after = np.tile(np.array([UNGRADED_KEY, *new_keys], dtype=object), len(old_keys) + 1)
    frame = pd.DataFrame({"model": part.model, "old": before, "new": after, **counted})
    return frame[frame["households"] > 0].reset_index(drop=True)


def by_grade(found: pd.DataFrame, side: str, keys: Sequence[str]) -> pd.DataFrame:
    """`grade, households, late, balance, overdue` on one `side` (old, new), best first, ungraded last."""
    measures = ["households", "late", "balance", "overdue"]
    sums = found.groupby(side)[measures].sum().reindex([*keys, UNGRADED_KEY], fill_value=0)
    return sums.astype(np.int64).rename_axis("grade").reset_index()


def with_rest(table: pd.DataFrame, left: pd.DataFrame) -> pd.DataFrame:
    """A table of `by_grade` whose last row is everybody without a grade (`services.credit.ungraded.rest`)."""
    names = {"customers": "households", "late": "late", "balance": "balance", "overdue": "overdue"}
    whole = table.set_index("grade")
    for theirs, ours in names.items():
        whole.loc[UNGRADED_KEY, ours] = int(left[theirs].sum())
    return whole.reset_index()


def moves(found: pd.DataFrame, old_keys: Sequence[str], new_keys: Sequence[str]) -> Moves:
    """What a change comes to in numbers."""
    moved = found[found["old"] != found["new"]]
    changed, overdue = int(moved["households"].sum()), int(moved["overdue"].sum())
    if tuple(old_keys) != tuple(new_keys):
        return Moves(changed, None, None, overdue)
    place = {key: i for i, key in enumerate(old_keys)}
    both = moved[(moved["old"] != UNGRADED_KEY) & (moved["new"] != UNGRADED_KEY)]
    up = both["new"].map(place).to_numpy() < both["old"].map(place).to_numpy()
    households = both["households"].to_numpy()
    return Moves(changed, int(households[up].sum()), int(households[~up].sum()), overdue)


def largest(found: pd.DataFrame, most: int) -> list[tuple[str, str, int]]:
    """The moves of most households: old grade, new grade, households."""
    moved = found[found["old"] != found["new"]].nlargest(most, "households")
    return [
        (str(r["old"]), str(r["new"]), int(r["households"]))
        for r in moved[["old", "new", "households"]].to_dict("records")
    ]


def work_in_all(plan: CollectionPlan, table: pd.DataFrame) -> dict[str, int]:
    """`work` of all grades together, each rounded to whole ones."""
    sums = work(plan, table)[[*CHANNELS, "hours"]].sum()
    return {str(name): round(float(value)) for name, value in sums.items()}


def cost(plan: CollectionPlan, table: pd.DataFrame) -> int:
    """What the actions of `work` cost in 90 days (fen)."""
    counts = work(plan, table)
    return round(sum(float(counts[c].sum()) * fen for c, fen in zip(CHANNELS, plan.fen, strict=True)))


def work(plan: CollectionPlan, table: pd.DataFrame) -> pd.DataFrame:
    """`grade, sms, phone, visit, hours` that each grade asks for in 90 days, as its households stand."""
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


def movers(
    given: Slim,
    old: Mapping[str, Index],
    new: Mapping[str, Index],
    old_keys: Sequence[str],
    new_keys: Sequence[str],
    most: int | None = None,
) -> pa.Table:
    """Who changes grade: `cons_key, old, new, score, overdue, balance`, most overdue first."""
    before, after = (np.array([*keys, UNGRADED_KEY], dtype=object) for keys in (old_keys, new_keys))
    frames = []
    for part in given.parts:
        a, b = before[old[part.model]], after[new[part.model]]
        at = np.flatnonzero(a != b)
        if most is not None and len(at) > most:
            at = at[np.argpartition(-part.overdue[at], most)[:most]]
        frames.append(
            pd.DataFrame(
                {
                    "cons_key": part.rows[at],
                    "model": part.model,
                    "old": a[at],
                    "new": b[at],
                    "score": part.score[at],
                    "overdue": part.overdue[at],
                    "balance": part.balance[at],
                }
            )
        )
    whole = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=list(_MOVERS.names))
    whole = whole.sort_values(
        ["overdue", "balance", "cons_key"], ascending=[False, False, True], kind="stable"
    )
    return pa.Table.from_pandas(
        whole if most is None else whole.head(most), schema=_MOVERS, preserve_index=False
    )


_MOVERS = pa.schema(
    [
        ("cons_key", pa.int64()),
        ("model", pa.string()),
        ("old", pa.string()),
        ("new", pa.string()),
        ("score", pa.float64()),
        ("overdue", pa.int64()),
        ("balance", pa.int64()),
    ]
)


def solved(part: Part, ranges: Sequence[Range], allowed: Bounds) -> Solved:
    """Cut-offs that give each grade of a model as many households as asked, rules counted.

    RefusedError `cutoffs_impossible` and others of `analytics.cutoffs` say what is possible.
    """
    return solve(part.score, ranges, allowed)


def refuse_maximum(credit: CreditRules) -> None:
    """Refuse cut-offs where the policy grades by the largest membership, which knows none."""
    if credit.method != "weighted_average":
        raise RefusedError("cutoffs_unused")


def households(part: Part, graded: Index, grades: int) -> list[int]:
    """How many each grade holds, best first."""
    return [int(n) for n in np.bincount(graded[graded != UNGRADED], minlength=grades)]


def _sums(cell: npt.NDArray[np.int64], fen: npt.NDArray[np.int64], size: int) -> npt.NDArray[np.int64]:
    """Exact below 2^53 fen a cell: ninety thousand billion yuan."""
    return np.rint(np.bincount(cell, weights=fen, minlength=size)).astype(np.int64)
