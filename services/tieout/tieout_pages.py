"""Tie-out as a page asks it: plain values in, so that answers can be kept.

The figures people entered are state.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import date

import pandas as pd
import pyarrow as pa

from analytics.calendar import closed_month
from analytics.policy import RecoveryRules
from data.ask import tieout_queries as queries
from data.ask.sql_files import Database
from data.scope import Scope
from data.state import OfficialFigure, State
from services.access.actor import Actor, allow, touch_units
from services.tieout import differences

Row = tuple[str, tuple[int | None, ...]]
"""A unit with its official figures in the order of MEASURES."""
BASIS = "assessment"
FIRST = 1000
"""How many of what is behind a cause a page shows."""


def units_of(db: Database, scope: Scope) -> pd.DataFrame:
    """Units in reach, by number: org_no, org_name."""
    units = queries.units(db)
    if not scope.allowed_orgs:
        return units
    inside = [str(o).startswith(scope.allowed_orgs) for o in units["org_no"]]
    return units[inside].reset_index(drop=True)


def rows_of(official: pd.DataFrame) -> tuple[Row, ...]:
    """The frame's units as plain values; units without a figure are left out."""
    made = []
    for row in official.to_dict("records"):
        values = tuple(None if pd.isna(row.get(m)) else int(row[m]) for m in differences.MEASURES)
        if any(v is not None for v in values):
            made.append((str(row["org_no"]), values))
    return tuple(made)


def frame_of(rows: tuple[Row, ...]) -> pd.DataFrame:
    """Plain values as the frame that tie-out reads."""
    data = [(org, *values) for org, values in rows]
    frame = pd.DataFrame(data, columns=["org_no", *differences.MEASURES])
    return frame.astype(dict.fromkeys(differences.MEASURES, "Int64"))


def tied(
    db: Database,
    scope: Scope,
    rules: RecoveryRules,
    rows: tuple[Row, ...],
    readings: tuple[str, ...] | None,
    report_day: date,
    rounding: str = "fen",
    doubt: bool = True,
) -> differences.TieOut:
    """The official figures beside Dengta's, differences split into causes (`doubt`: `ask` of `tie_out`)."""
    official = frame_of(rows)
    return differences.tie_out(db, scope, rules, official, readings, report_day, rounding=rounding, ask=doubt)


def doubts(tied: differences.TieOut) -> str:
    """What tells the entries asked about from any others; empty where there are none."""
    asked = tied.figures[tied.figures["verdict"] == "asked"]
    cells = asked[["org_no", "measure", "official"]].to_numpy().tolist()
    return hashlib.sha256(repr(cells).encode()).hexdigest()[:16] if cells else ""


@dataclass(frozen=True)
class Behind:
    """What is behind a cause: how many `rows` in all, and the `first` of them, most first."""

    rows: int
    first: pd.DataFrame


@dataclass(frozen=True)
class Cause:
    """One step of a bridge: of which unit and measure, which cause, beside which readings, on which day."""

    org_no: str
    measure: str
    cause: str
    readings: tuple[str, ...]
    report_day: date


def behind(db: Database, scope: Scope, rules: RecoveryRules, cause: Cause) -> Behind:
    """The bills behind a cause in a unit, or the household months where those are what is measured."""
    effects = _effects(db, scope, rules, cause)
    first = _listed(db, scope, cause, effects.head(FIRST)).read_all().to_pandas()
    return Behind(len(effects), first)


def all_behind(db: Database, scope: Scope, rules: RecoveryRules, cause: Cause) -> pa.RecordBatchReader:
    """All of them, for a file."""
    return _listed(db, scope, cause, _effects(db, scope, rules, cause))


def _listed(db: Database, scope: Scope, of: Cause, effects: pd.DataFrame) -> pa.RecordBatchReader:
    """The bills or household months of effects; what it does to the measure is called by the measure."""
    rows = differences.listed(db, scope.as_of, effects)
    names = [f"effect_{of.measure}" if name == "effect" else name for name in rows.schema.names]
    schema = pa.schema([field.with_name(name) for field, name in zip(rows.schema, names, strict=True)])
    renamed = (pa.RecordBatch.from_arrays(batch.columns, schema=schema) for batch in rows)
    return pa.RecordBatchReader.from_batches(schema, renamed)


def _effects(db: Database, scope: Scope, rules: RecoveryRules, of: Cause) -> pd.DataFrame:
    return differences.effects_of(
        db, scope, rules, of.measure, of.cause, of.readings, of.org_no, of.report_day
    )


def joined(rows: tuple[Row, ...], report: tuple[Row, ...]) -> tuple[Row, ...]:
    """What a report tells over what was known; units and measures that it does not tell stay."""
    known = dict(rows)
    for org, values in report:
        before = known.get(org, (None,) * len(values))
        known[org] = tuple(b if v is None else v for v, b in zip(values, before, strict=True))
    return tuple(sorted(known.items()))


def kept(state: State, scope: Scope, rules: RecoveryRules) -> tuple[Row, ...]:
    """The official figures that were entered for the closed month."""
    official = state.official(closed_month(scope.as_of, rules.assessment_day), BASIS)
    by_unit: dict[str, dict[str, int | None]] = {}
    for figure in official:
        if not scope.allowed_orgs or figure.org_no.startswith(scope.allowed_orgs):
            by_unit.setdefault(figure.org_no, {})[figure.measure] = figure.value
    return tuple((org, tuple(v.get(m) for m in differences.MEASURES)) for org, v in sorted(by_unit.items()))


def keep(state: State, actor: Actor, scope: Scope, rules: RecoveryRules, rows: tuple[Row, ...]) -> None:
    """Record the figures of some units: what changed is added, what is none any more is withdrawn.

    Of units that are not among them nothing is said: they stay as they are by now.

    InputError without the permission, or where a unit is not one of the actor's.
    """
    allow(actor, "tie_out")
    touch_units(actor, (org for org, _ in rows), "official_elsewhere")
    mine = replace(scope, allowed_orgs=actor.orgs)
    month = closed_month(scope.as_of, rules.assessment_day)
    before = {
        (o, m): v
        for o, values in kept(state, mine, rules)
        for m, v in zip(differences.MEASURES, values, strict=True)
    }
    now = {(o, m): v for o, values in rows for m, v in zip(differences.MEASURES, values, strict=True)}
    changed = [
        OfficialFigure(month, BASIS, org, measure, now[org, measure])
        for org, measure in sorted(now)
        if before.get((org, measure)) != now[org, measure]
    ]
    state.record_official(changed, actor.name)
