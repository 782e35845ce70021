"""A grading without its cut-offs and rules, kept beside the snapshot: what a what-if starts from."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from analytics import grading
from analytics.credit_parts import CreditModel
from analytics.credit_policy import CreditRules
from analytics.evaluation import evaluate
from analytics.grading import UNGRADED, Bounds
from analytics.ungraded import Reasons
from data.ask.sql_files import text_of
from data.kept.kept_files import keep
from data.warehouse.snapshots import Snapshot
from services.credit.grading import Measured, measure, positions_before, why_ungraded
from services.credit.whom import Rows, whom
from services.decided.inputs import NOTHING, Decided

Array = npt.NDArray[np.float64]
Index = npt.NDArray[np.int16]
Fen = npt.NDArray[np.int64]

FORMAT = 2
"""Grows when what the kept files hold changes its meaning."""


_ARRAYS = ("rows", "score", "top", "previous", "balance", "overdue", "why")


@dataclass(frozen=True)
class ModelScores:
    """One model's customers: `rows` are their keys, rising; the other arrays are in the same order.

    `score` is NaN where too little is known to grade; `top` is the position under maximum membership.
    `values` are the indicators that rules read, `previous` the position twelve months before; money in fen.
    `why` tells why they have no grade, those who have none: a position in `analytics.ungraded.REASONS`.
    """

    model: str
    rows: Rows
    score: Array
    top: Index
    values: Mapping[str, Array]
    previous: Index
    balance: Fen
    overdue: Fen
    why: Reasons

    def only(self, mask: npt.NDArray[np.bool_]) -> ModelScores:
        """The customers that a mask over keys leaves."""
        kept = mask[self.rows]
        if kept.all():
            return self
        cut = {n: getattr(self, n)[kept] for n in _ARRAYS}
        return replace(self, values={k: v[kept] for k, v in self.values.items()}, **cut)


@dataclass(frozen=True)
class Slim:
    """Every customer as of a day, by model. `key` names the content.

    `rest` are those whom nothing grades: closed, not connected yet, or of no model (then under '').
    """

    key: str
    as_of: date
    customers: int
    parts: tuple[ModelScores, ...]
    rest: tuple[ModelScores, ...] = ()

    def within(self, keys: Rows | None) -> Slim:
        """The customers of these keys alone; all where None."""
        if keys is None or len(keys) == self.customers:
            return self
        mask = np.zeros(self.customers, dtype=bool)
        mask[keys] = True
        parts, rest = (tuple(p.only(mask) for p in side) for side in (self.parts, self.rest))
        return replace(self, parts=parts, rest=rest)


def content_key(credit: CreditRules) -> str:
    """Twelve digits that stand for what decides scores and what rules read: not cut-offs, names or values."""
    content = (
        FORMAT,
        [(g.key, g.score) for g in credit.grades],
        [(m.key, m.classes, m.groups, m.weighting, m.min_monthly_kwh) for m in credit.models],
        credit.industry_risk,
        *(credit.operator, credit.method, credit.random_index, credit.min_coverage),
        rule_indicators(credit),
        text_of("indicator_ingredients"),
    )
    return hashlib.sha256(repr(content).encode()).hexdigest()[:12]


def rule_indicators(credit: CreditRules) -> tuple[str, ...]:
    """The indicators that rules read, those that are off too: a what-if may switch them on."""
    return tuple(dict.fromkeys(r.indicator for r in credit.rules if r.indicator))


def whose(credit: CreditRules) -> str:
    """All of the rules that decides how customers are laid out, as text."""
    models = [(m.key, m.classes, m.min_monthly_kwh) for m in credit.models]
    return repr((models, credit.grade_keys, rule_indicators(credit), credit.industry_risk))


def slim_path(db: Snapshot, credit: CreditRules, as_of: date, decided: Decided = NOTHING) -> Path:
    """Where the file of a snapshot, a policy's scores and a day lies."""
    name = as_of.isoformat() + (f"-{decided.key}" if decided.key else "")
    return db.path.parent.parent / "graded" / db.id / f"scores-{content_key(credit)}" / f"{name}.parquet"


def slim(
    db: Snapshot,
    credit: CreditRules,
    as_of: date,
    decided: Decided = NOTHING,
    measured: Callable[[], Measured] | None = None,
) -> Slim:
    """The scores as of a day, made and kept where they are not there yet, all or nothing.

    `measured` gives the indicators where somebody holds them already.
    EnvironmentRefusedError `measures_not_writable` where the folder cannot be written.
    """
    if not credit.models:
        return Slim(_name(credit, as_of, decided), as_of, 0, ())
    path = slim_path(db, credit, as_of, decided)

    def write(part: Path) -> None:
        measured_now = measured() if measured else measure(db, as_of, credit, decided.facts)
        pq.write_table(_table(slim_of(credit, measured_now, decided), credit), part, compression="zstd")

    return _read(keep(path, write), credit, as_of)


def slim_of(credit: CreditRules, measured: Measured, decided: Decided = NOTHING) -> Slim:
    """Evaluate every customer that a model fits, without cut-offs and rules; the rest as they are."""
    return scored(credit, measured, laid_out(credit, measured, decided), decided)


def laid_out(credit: CreditRules, measured: Measured, decided: Decided = NOTHING) -> Slim:
    """Whom each model grades, with all that no weight changes; nobody has a score yet."""
    people, chosen = measured.people, whom(credit, measured.people)
    whole: dict[str, npt.NDArray[np.generic]] = {
        "score": np.full(len(people), np.nan),
        "top": np.full(len(people), UNGRADED, dtype=np.int16),
        "previous": positions_before(credit, people["cons_no"], decided.held_before(credit.grade_keys)),
        "why": why_ungraded(credit, measured),
        **{name: people[name].to_numpy(dtype=np.int64) for name in ("balance", "overdue")},
    }

    def part(key: str, rows: Rows) -> ModelScores:
        values = {name: measured.values[name][rows] for name in rule_indicators(credit)}
        own: dict[str, Any] = {name: column[rows] for name, column in whole.items()}
        return ModelScores(model=key, rows=rows, values=values, **own)

    parts = tuple(part(key, rows) for key, rows in chosen.grades.items())
    rest = tuple(part(key, rows) for key, rows in (*chosen.absent.items(), ("", chosen.of_none)))
    return Slim(_name(credit, measured.as_of, decided), measured.as_of, len(people), parts, rest)


def scored(credit: CreditRules, measured: Measured, laid: Slim, decided: Decided = NOTHING) -> Slim:
    """Those laid out with scores; by rules that `whose` says nothing else of."""
    parts = [scored_part(credit, model, measured, part) for model, part in _paired(credit, laid)]
    return of_parts(credit, laid, parts, decided)


def scored_part(
    credit: CreditRules, model: CreditModel, measured: Measured, part: ModelScores
) -> ModelScores:
    """Those of one model with scores, which no other model's weights change."""
    codes = {key: measured.codes[key][part.rows] for key in model.indicator_keys}
    done = evaluate(credit, model, codes, with_groups=False)
    unknown = ~(done.coverage > 0) | (done.coverage < credit.min_coverage)
    top = np.where(unknown, UNGRADED, grading.max_membership(done.total)[0]).astype(np.int16)
    return replace(part, score=np.where(unknown, np.nan, done.score), top=top)


def of_parts(
    credit: CreditRules, laid: Slim, parts: Sequence[ModelScores], decided: Decided = NOTHING
) -> Slim:
    """Those laid out with the scored parts of these rules in their place."""
    return replace(laid, key=_name(credit, laid.as_of, decided), parts=tuple(parts))


def limits(credit: CreditRules, given: Slim) -> tuple[Bounds, ...]:
    """What the rules that are on allow, by model."""
    return tuple(
        grading.bounds(credit, model, part.values, len(part.rows), part.previous)
        for model, part in _paired(credit, given)
    )


def graded(
    credit: CreditRules, given: Slim, allowed: Sequence[Bounds], models: Sequence[str] | None = None
) -> dict[str, Index]:
    """The positions of the grades (−1 ungraded) by model, of all models or those named."""
    result = {}
    for (model, part), bounds in zip(_paired(credit, given), allowed, strict=True):
        if models is None or model.key in models:
            raw = part.top
            if credit.method == "weighted_average":
                raw = grading.by_cutoffs(part.score, model.cutoffs)
            result[model.key] = grading.within(raw, bounds)
    return result


def _paired(credit: CreditRules, given: Slim) -> Iterator[tuple[CreditModel, ModelScores]]:
    return zip(credit.models, given.parts, strict=True)


def _name(credit: CreditRules, as_of: date, decided: Decided) -> str:
    return f"{content_key(credit)}-{as_of.isoformat()}-{decided.key}"


def _table(made: Slim, credit: CreditRules) -> pa.Table:
    """One row per customer, the models one after the other, then those whom nothing grades."""
    rules, pieces = rule_indicators(credit), (*made.parts, *made.rest)
    sizes = [len(p.rows) for p in pieces]
    columns: dict[str, npt.NDArray[np.generic]] = {
        "model": np.repeat(np.arange(len(sizes), dtype=np.int8), sizes)
    }
    for name in _ARRAYS:
        columns[name] = np.concatenate([getattr(p, name) for p in pieces])
    columns |= {f"value_{k}": np.concatenate([p.values[k] for p in pieces]) for k in rules}
    about = {b"customers": str(made.customers).encode()}
    return pa.table(columns).replace_schema_metadata(about)


def _read(path: Path, credit: CreditRules, as_of: date) -> Slim:
    table = pq.read_table(path)
    columns = {name: table[name].to_numpy() for name in table.column_names}
    models = [m.key for m in credit.models]
    names = [*models, *models, ""]
    ends = np.searchsorted(columns["model"], np.arange(len(names) + 1))
    parts = []
    for i, model in enumerate(names):
        cut = {name: values[ends[i] : ends[i + 1]] for name, values in columns.items()}
        values = {k: cut[f"value_{k}"] for k in rule_indicators(credit)}
        own = {n: cut[n] for n in _ARRAYS}
        parts.append(ModelScores(model=model, values=values, **own))
    customers, n = int(table.schema.metadata[b"customers"]), len(models)
    return Slim(f"{path.parent.name}-{path.stem}", as_of, customers, tuple(parts[:n]), tuple(parts[n:]))
