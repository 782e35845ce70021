"""Who changes grade between two gradings: households and money from grade to grade, and the customers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from services.credit.graded import Graded, Pair, pairs

UNGRADED_KEY = ""
MEASURES = ("households", "late", "balance", "overdue")
FLOWS = ("model", "old", "new", *MEASURES)
MOVERS = pa.schema(
    [
        ("cons_key", pa.int64()),
        *((name, pa.string()) for name in ("model", "old", "new")),
        *((name, pa.float64()) for name in ("old_score", "new_score")),
        *((name, pa.int64()) for name in ("overdue", "balance")),
    ]
)


@dataclass(frozen=True)
class Moves:
    """How many households change grade and what they owe (fen); how many move up and down among those who had
    a grade and have one, None where the grades are not the same ones.
    """

    changed: int
    up: int | None
    down: int | None
    balance: int
    overdue: int


def flows(old: Graded, new: Graded, models: Sequence[str] | None = None) -> pd.DataFrame:
    """FLOWS: households from grade to grade ('' ungraded), those past due, money (fen); who stays too."""
    by_model = [_flows(pair, old.keys, new.keys) for pair in pairs(old, new, models)]
    return pd.concat(by_model, ignore_index=True) if by_model else pd.DataFrame(columns=list(FLOWS))


def over_models(flows: pd.DataFrame) -> pd.DataFrame:
    """Flows without their models."""
    return flows.groupby(["old", "new"], as_index=False, sort=False)[list(MEASURES)].sum()


def by_grade(flows: pd.DataFrame, side: str, keys: Sequence[str]) -> pd.DataFrame:
    """`grade` and MEASURES on one `side` (old, new), best first, ungraded last."""
    sums = flows.groupby(side)[list(MEASURES)].sum().reindex([*keys, UNGRADED_KEY], fill_value=0)
    return sums.astype(np.int64).rename_axis("grade").reset_index()


def with_rest(table: pd.DataFrame, left: pd.DataFrame) -> pd.DataFrame:
    """A table of `by_grade` whose last row is everybody without a grade (`services.credit.ungraded.rest`)."""
    names = {"customers": "households", "late": "late", "balance": "balance", "overdue": "overdue"}
    whole = table.set_index("grade")
    for theirs, ours in names.items():
        whole.loc[UNGRADED_KEY, ours] = int(left[theirs].sum())
    return whole.reset_index()


def beside(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Two tables of `by_grade` in one: a row per grade of either, `old_…` and `new_…`, ungraded last."""
    sides = [f.set_index("grade").add_prefix(f"{name}_") for name, f in (("old", before), ("new", after))]
    order = dict.fromkeys((*after["grade"], *before["grade"]))
    order.pop(UNGRADED_KEY, None)
    whole = pd.concat(sides, axis=1).reindex([*order, UNGRADED_KEY])
    return whole.fillna(0).astype("int64").rename_axis("grade").reset_index()


def moves(flows: pd.DataFrame, old_keys: Sequence[str], new_keys: Sequence[str]) -> Moves:
    """What a change comes to in numbers."""
    moved = flows[flows["old"] != flows["new"]]
    changed, balance, overdue = (int(moved[name].sum()) for name in ("households", "balance", "overdue"))
    if tuple(old_keys) != tuple(new_keys):
        return Moves(changed, None, None, balance, overdue)
    place = {key: i for i, key in enumerate(old_keys)}
    both = moved[(moved["old"] != UNGRADED_KEY) & (moved["new"] != UNGRADED_KEY)]
    up = both["new"].map(place).to_numpy() < both["old"].map(place).to_numpy()
    households = both["households"].to_numpy()
    return Moves(changed, int(households[up].sum()), int(households[~up].sum()), balance, overdue)


def largest(flows: pd.DataFrame, most: int) -> list[tuple[str, str, int]]:
    """The moves of most households: old grade, new grade, households."""
    moved = flows[flows["old"] != flows["new"]].nlargest(most, "households")
    return [
        (str(r["old"]), str(r["new"]), int(r["households"]))
        for r in moved[["old", "new", "households"]].to_dict("records")
    ]


def movers(
    old: Graded, new: Graded, models: Sequence[str] | None = None, most: int | None = None
) -> pa.Table:
    """MOVERS: who changes grade, most overdue first, then most open money."""
    by_model = [_movers(pair, old.keys, new.keys, most) for pair in pairs(old, new, models)]
    whole = pd.concat(by_model, ignore_index=True) if by_model else pd.DataFrame(columns=list(MOVERS.names))
    whole = whole.sort_values(
        ["overdue", "balance", "cons_key"], ascending=[False, False, True], kind="stable"
    )
    return pa.Table.from_pandas(
        whole if most is None else whole.head(most), schema=MOVERS, preserve_index=False
    )


def _flows(pair: Pair, old_keys: Sequence[str], new_keys: Sequence[str]) -> pd.DataFrame:
    height, width = len(old_keys) + 1, len(new_keys) + 1
    size = len(pair.models) * height * width
    cell = (np.asarray(pair.model, dtype=np.int64) * height + pair.before + 1) * width + pair.after + 1
    counted = {
        "households": np.bincount(cell, minlength=size),
        "late": np.bincount(cell[pair.overdue > 0], minlength=size),
        "balance": _sums(cell, pair.balance, size),
        "overdue": _sums(cell, pair.overdue, size),
    }
    used = np.flatnonzero(counted["households"])
    models, before, after = (
        np.array(names, dtype=object)
        for names in (pair.models, [UNGRADED_KEY, *old_keys], [UNGRADED_KEY, *new_keys])
    )
    return pd.DataFrame(
        {
            "model": models[used // (height * width)],
            "old": before[used // width % height],
            "new": after[used % width],
            **{name: values[used] for name, values in counted.items()},
        }
    )


def _movers(pair: Pair, old_keys: Sequence[str], new_keys: Sequence[str], most: int | None) -> pd.DataFrame:
    before, after = (np.array([*keys, UNGRADED_KEY], dtype=object) for keys in (old_keys, new_keys))
    same = before[:, None] == after[None, :]
    at = np.flatnonzero(~same[pair.before, pair.after])
    if most is not None and len(at) > most:
        least = np.partition(pair.overdue[at], -most)[-most]
        at = at[pair.overdue[at] >= least]
    model = np.broadcast_to(np.asarray(pair.model), pair.before.shape)[at]
    return pd.DataFrame(
        {
            "cons_key": pair.rows[at],
            "model": np.array(pair.models, dtype=object)[model],
            "old": before[pair.before[at]],
            "new": after[pair.after[at]],
            "old_score": pair.old_score[at],
            "new_score": pair.new_score[at],
            "overdue": pair.overdue[at],
            "balance": pair.balance[at],
        }
    )


def _sums(cell: npt.NDArray[np.int64], fen: npt.NDArray[np.int64], size: int) -> npt.NDArray[np.int64]:
    """Exact below 2^53 fen a cell: ninety thousand billion yuan."""
    return np.rint(np.bincount(cell, weights=fen, minlength=size)).astype(np.int64)
