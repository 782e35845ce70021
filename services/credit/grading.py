"""Grading a snapshot: its indicators as of a day, evaluated by a policy, kept beside the snapshot."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from analytics import grading
from analytics.credit_policy import CreditRules
from analytics.evaluation import evaluate
from analytics.explanation import contributions
from analytics.grading import UNGRADED
from analytics.policy import Policy
from analytics.ungraded import REASONS, Reasons, reasons
from data.ask.sql_files import Database
from data.kept.kept_files import keep
from data.warehouse.snapshots import Snapshot
from services.credit.grading_table import ModelGrades, graded_table
from services.credit.measuring import Measured, measure, measured_from
from services.credit.whom import model_keys, whom
from services.decided.inputs import NOTHING, Decided

__all__ = [
    "GradeCount",
    "GradeTable",
    "Measured",
    "ModelGrades",
    "UngradedCount",
    "by_grade",
    "ensure_graded",
]
__all__ += ["grade_all", "grade_table"]
__all__ += ["graded_path", "measure", "measured_from", "positions_before"]
__all__ += ["why_ungraded"]


FORMAT = 2
"""Grows when what the graded files hold changes its meaning."""


@dataclass(frozen=True)
class GradeCount:
    """How many customers a grade has, and the open money they hold (fen)."""

    grade: str
    customers: int
    balance: int


@dataclass(frozen=True)
class UngradedCount:
    """How many customers have no grade for one reason (of REASONS), and the open money they hold (fen)."""

    reason: str
    customers: int
    balance: int


class GradeTable(NamedTuple):
    """One row per customer number; what the grades hold, best first; what the ungraded hold, by reason."""

    table: pa.Table
    grades: list[GradeCount]
    ungraded: list[UngradedCount]


def grade_all(
    credit: CreditRules,
    measured: Measured,
    previous: Mapping[str, str] | None = None,
    with_parts: bool = True,
) -> list[ModelGrades]:
    """Evaluate and grade every customer that a model fits; closed and future customers are left out.

    `previous` holds the grade published twelve months before, by customer number.
    """
    before = positions_before(credit, measured.people["cons_no"], previous)
    chosen, result = whom(credit, measured.people), []
    for model in credit.models:
        rows = chosen.grades[model.key]
        codes = {key: measured.codes[key][rows] for key in model.indicator_keys}
        evaluated = evaluate(credit, model, codes, with_groups=with_parts)
        read = {r.indicator: measured.values[r.indicator][rows] for r in credit.rules if r.indicator}
        graded = grading.grade(credit, model, evaluated, read, before[rows])
        parts = contributions(credit, model, codes) if with_parts else None
        result.append(ModelGrades(model, rows, evaluated, graded, parts))
    return result


def grade_table(
    db: Database,
    policy: Policy,
    as_of: date,
    previous: Mapping[str, str] | None = None,
    facts: pd.DataFrame | None = None,
    held: Callable[[], Measured] | None = None,
) -> GradeTable:
    """The grading as `customers.parquet` has it, and what each grade and each reason for having none holds.

    Without credit models nobody has a grade, and there is no grade to hold anything. `held` gives the
    indicators, `facts` among them, where somebody holds them already.
    """
    credit = policy.credit
    measured = held() if held else measure(db, as_of, credit, facts)
    models = grade_all(credit, measured, previous)
    why = why_ungraded(credit, measured)
    table = graded_table(credit, measured.people, measured.values, models, why)
    balance = measured.people["balance"].to_numpy(dtype=np.int64)
    return GradeTable(table, by_grade(credit, measured, models), _by_reason(table, balance))


def _by_reason(table: pa.Table, balance: npt.NDArray[np.int64]) -> list[UngradedCount]:
    reasons = table["ungraded"].to_numpy()
    flags = ((reason, reasons == reason) for reason in REASONS)
    return [UngradedCount(r, int(at.sum()), int(balance[at].sum())) for r, at in flags if at.any()]


def why_ungraded(credit: CreditRules, measured: Measured) -> Reasons:
    """Of every measured customer, why they have no grade, if they have none: positions in REASONS."""
    people = measured.people
    return reasons(
        model_keys(credit, people),
        people["class"].to_numpy(dtype=object),
        people["is_closed"].to_numpy(bool),
        people["is_future"].to_numpy(bool),
        people["due_periods_all"].to_numpy(dtype=np.float64, na_value=np.nan),
        measured.values["customer_years"],
    )


def graded_path(db: Snapshot, policy: Policy, as_of: date, decided: Decided = NOTHING) -> Path:
    """Where the grading of a snapshot by a policy as of a day lies; what was decided is in the name."""
    name = f"{as_of.isoformat()}.{FORMAT}" + (f"-{decided.key}" if decided.key else "")
    return db.path.parent.parent / "graded" / db.id / policy.version / f"{name}.parquet"


def ensure_graded(
    db: Snapshot,
    policy: Policy,
    as_of: date,
    decided: Decided = NOTHING,
    measured: Callable[[], Measured] | None = None,
) -> Path:
    """The file with every customer's grade, made when it is not there, all or nothing.

    `measured` gives the indicators where somebody holds them already.
    EnvironmentRefusedError `measures_not_writable` where the folder cannot be written.
    """
    path = graded_path(db, policy, as_of, decided)

    def write(part: Path) -> None:
        before = decided.held_before(policy.credit.grade_keys)
        table = grade_table(db, policy, as_of, before, decided.facts, measured).table
        pq.write_table(table, part, compression="zstd")

    return keep(path, write)


def by_grade(credit: CreditRules, measured: Measured, models: list[ModelGrades]) -> list[GradeCount]:
    """Customers and open money of each grade, best first; the ungraded are in none."""
    balance = measured.people["balance"].to_numpy(dtype=np.int64)
    result = []
    for position, key in enumerate(credit.grade_keys):
        rows = [m.rows[m.graded.grade == position] for m in models]
        result.append(GradeCount(key, sum(map(len, rows)), int(sum(balance[r].sum() for r in rows))))
    return result


def positions_before(
    credit: CreditRules, cons_no: pd.Series, previous: Mapping[str, str] | None
) -> npt.NDArray[np.int16]:
    """The grade that each customer held before as a position; −1 where there is none."""
    if not previous:
        return np.full(len(cons_no), UNGRADED, dtype=np.int16)
    positions = {key: i for i, key in enumerate(credit.grade_keys)}
    return np.asarray(cons_no.map(previous).map(positions).fillna(UNGRADED), dtype=np.int16)
