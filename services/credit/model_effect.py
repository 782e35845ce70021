"""What other rules would change: households and money by grade before and after, and who moves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.credit_parts import CreditModel, Weighting
from analytics.credit_policy import CreditRules
from analytics.evaluation import Evaluated, evaluate
from analytics.grading import UNGRADED, Graded, grade
from analytics.policy_edits import model_in
from services.credit.grading import Measured, is_absent, model_keys

Flags = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.int64]

DRAWS = 60
MOST_SAMPLED = 50_000


@dataclass(frozen=True)
class Standing:
    """Where each measured customer stands under one set of rules: position (−1 ungraded) and score."""

    grades: tuple[str, ...]
    position: npt.NDArray[np.int16]
    score: npt.NDArray[np.float32]
    models: npt.NDArray[np.int16]


@dataclass(frozen=True)
class Effect:
    """`grades`: grade, old, new (households), old_balance, new_balance (fen), '' ungraded.

    `flows`: old, new, households, balance, overdue, those who stay too. `up` and `down` are −1 where the
    grades are not the same ones.
    """

    grades: pd.DataFrame
    flows: pd.DataFrame
    moved: int
    moved_balance: int
    up: int
    down: int


def rows_by_model(credit: CreditRules, measured: Measured) -> tuple[Rows, ...]:
    """The places of each model's customers; only who the models are for matters to them."""
    chosen, absent = model_keys(credit, measured.people), is_absent(measured.people)
    return tuple(np.flatnonzero((chosen == m.key) & ~absent) for m in credit.models)


def standing(
    credit: CreditRules,
    measured: Measured,
    before: npt.NDArray[np.int16] | None = None,
    rows: Sequence[Rows] | None = None,
) -> Standing:
    """Grade every measured customer; whom no model fits stays ungraded.

    `before` are the positions twelve months before, `rows` those of `rows_by_model` where they are known.
    """
    n = len(measured.people)
    position, score = np.full(n, UNGRADED, dtype=np.int16), np.full(n, np.nan, dtype=np.float32)
    models = np.full(n, UNGRADED, dtype=np.int16)
    for place, (model, at) in enumerate(
        zip(credit.models, rows or rows_by_model(credit, measured), strict=True)
    ):
        done, graded = _graded(credit, model, measured, at, None if before is None else before[at])
        position[at], score[at], models[at] = graded.grade, done.score, place
    return Standing(credit.grade_keys, position, score, models)


def effect(old: Standing, new: Standing, measured: Measured, scoped: Flags) -> Effect:
    """Compare two standings over the customers in scope that either of them has a model for."""
    rows = np.flatnonzero(scoped & ((old.models != UNGRADED) | (new.models != UNGRADED)))
    before, after = old.position[rows], new.position[rows]
    people = measured.people
    money = {name: people[name].to_numpy(dtype=np.int64)[rows] for name in ("balance", "overdue")}
    flows = _flows(old.grades, new.grades, before, after, money)
    moved = flows[flows["old"] != flows["new"]]
    same = old.grades == new.grades
    both = (before != UNGRADED) & (after != UNGRADED)
    return Effect(
        _by_grade(old, new, flows),
        flows,
        int(moved["households"].sum()),
        int(moved["balance"].sum()),
        int((both & (after < before)).sum()) if same else -1,
        int((both & (after > before)).sum()) if same else -1,
    )


def movers(old: Standing, new: Standing, measured: Measured, scoped: Flags) -> pd.DataFrame:
    """Who changes grade, most open money first: cons_no, org_no, old, new, scores, balance, overdue (fen)."""
    names_old = np.array([*old.grades, ""], dtype=object)[old.position]
    names_new = np.array([*new.grades, ""], dtype=object)[new.position]
    rows = np.flatnonzero(scoped & (names_old != names_new))
    people = measured.people.iloc[rows]
    table = pd.DataFrame(
        {
            "cons_no": people["cons_no"].to_numpy(),
            "org_no": people["org_no"].to_numpy(),
            "old": names_old[rows],
            "new": names_new[rows],
            "old_score": old.score[rows].astype(np.float64).round(2),
            "new_score": new.score[rows].astype(np.float64).round(2),
            "balance": people["balance"].to_numpy(dtype=np.int64),
            "overdue": people["overdue"].to_numpy(dtype=np.int64),
        }
    )
    return table.sort_values(["balance", "cons_no"], ascending=[False, True], ignore_index=True)


def grade_changes(
    credit: CreditRules, others: Sequence[CreditRules], model: str, measured: Measured, rows: Rows
) -> list[float]:
    """By other rules, the share of a model's customers whose grade they change; of at most MOST_SAMPLED."""
    chosen = rows[:: max(1, -(-len(rows) // MOST_SAMPLED))]
    if not len(chosen):
        return []
    now = _grades(credit, model, measured, chosen)
    return [float((_grades(other, model, measured, chosen) != now).mean()) for other in others]


def drawn_weighting(weighting: Weighting, judged: npt.ArrayLike) -> Weighting:
    """The weighting with the judged weights given, combined with the measured ones as before."""
    given = tuple(float(w) for w in np.asarray(judged, dtype=np.float64))
    if weighting.method == "ahp":
        return replace(weighting, method="hand", hand=given, judgements=())
    return replace(weighting, hand=given, judgements=())


def _grades(credit: CreditRules, key: str, measured: Measured, rows: Rows) -> npt.NDArray[np.int16]:
    return _graded(credit, model_in(credit, key), measured, rows, None)[1].grade


def _graded(
    credit: CreditRules,
    model: CreditModel,
    measured: Measured,
    rows: Rows,
    before: npt.NDArray[np.int16] | None,
) -> tuple[Evaluated, Graded]:
    codes = {k: measured.codes[k][rows] for k in model.indicator_keys}
    read = {r.indicator: measured.values[r.indicator][rows] for r in credit.rules if r.indicator}
    done = evaluate(credit, model, codes, with_groups=False)
    return done, grade(credit, model, done, read, before)


def _flows(
    old: tuple[str, ...],
    new: tuple[str, ...],
    before: npt.NDArray[np.int16],
    after: npt.NDArray[np.int16],
    money: Mapping[str, npt.NDArray[np.int64]],
) -> pd.DataFrame:
    width = len(new) + 1
    pair = (before.astype(np.int64) % (len(old) + 1)) * width + after.astype(np.int64) % width
    size = (len(old) + 1) * width
    counted = np.bincount(pair, minlength=size)
    order = np.argsort(pair, kind="stable")
    ends = np.cumsum(counted)
    sums = {
        name: np.diff(np.concatenate([[0], np.cumsum(values[order])])[np.concatenate([[0], ends])])
        for name, values in money.items()
    }
    used = np.flatnonzero(counted)
    return pd.DataFrame(
        {
            "old": np.array([*old, ""], dtype=object)[used // width],
            "new": np.array([*new, ""], dtype=object)[used % width],
            "households": counted[used],
            **{name: values[used] for name, values in sums.items()},
        }
    )


def _by_grade(old: Standing, new: Standing, flows: pd.DataFrame) -> pd.DataFrame:
    keys = list(dict.fromkeys((*old.grades, *new.grades, "")))
    sides = {
        side: flows.groupby(side)[["households", "balance"]].sum().reindex(keys, fill_value=0)
        for side in ("old", "new")
    }
    return pd.DataFrame(
        {
            "grade": keys,
            "old": sides["old"]["households"].to_numpy(),
            "new": sides["new"]["households"].to_numpy(),
            "old_balance": sides["old"]["balance"].to_numpy(),
            "new_balance": sides["new"]["balance"].to_numpy(),
        }
    )
