"""Targets of units: what stands, who may set them, and what each scope is held to (docs/decisions/0115)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from analytics.calendar import closed_month, month_of
from analytics.policy import RecoveryRules
from analytics.recovery import Households, Recovery
from analytics.targets import AMOUNTS, MEASURES, WHOLE, Book, Target, book_of, needed, too_much
from data.ask import lookups
from data.ask.sql_files import Database
from data.dimensions import Dimension
from data.errors import InputError
from data.scope import Scope
from data.state import State, TargetEntry, TargetFigure
from services.access.actor import Actor, allow, touch_units
from services.recovery.units import sole_unit

FIRST_YEAR, LAST_YEAR = 2000, 2099
MOST_FEN = 10**15


@dataclass(frozen=True)
class Attainment:
    """Where a scope stands on one measure: `missing` is in fen (household months: a count), 0 when reached.

    `target` None: none holds. `value` is a rate (NaN: nothing billed), of an amount None.
    """

    measure: str
    target: Target | None
    value: float | None
    reached: int
    missing: int | None


def book(db: Database, state: State | None, rules: RecoveryRules) -> Book:
    """The targets that stand in this store, over the units of this snapshot."""
    orgs = lookups.orgs(db)
    parents = {
        str(o): None if pd.isna(p) else str(p) for o, p in zip(orgs["org_no"], orgs["parent_no"], strict=True)
    }
    rows = [(f.org_no, f.measure, f.month, f.value) for f in state.targets()] if state else []
    return book_of([(o, m, ym, v) for o, m, ym, v in rows if v is not None], parents, rules.recovery_target)


def month_of_targets(scope: Scope, rules: RecoveryRules) -> int:
    """The month whose targets a scope is held to: the closed month, at a point in time that of the day."""
    if scope.basis == "point":
        return month_of(scope.as_of)
    return closed_month(scope.as_of, rules.assessment_day)


def of_scope(db: Database, scope: Scope, rules: RecoveryRules, held: Book, measure: str) -> Target | None:
    """What a scope is held to: what its one unit is; an amount only where nothing else narrows it."""
    if measure in AMOUNTS and not is_whole(scope):
        return None
    return held.of(sole_unit(db, scope), month_of_targets(scope, rules), measure)


def of_keys(
    db: Database,
    scope: Scope,
    rules: RecoveryRules,
    held: Book,
    by: Dimension,
    keys: Iterable[str],
    measure: str,
) -> list[Target | None]:
    """What each key of a dimension is held to: its own unit's target; a part of a unit to no amount."""
    month = month_of_targets(scope, rules)
    if by == "org":
        narrowed = measure in AMOUNTS and not is_whole(scope)
        return [None if narrowed else held.of(key, month, measure) for key in keys]
    if measure in AMOUNTS:
        return [None for _ in keys]
    own = of_scope(db, scope, rules, held, measure)
    units = lookups.key_units(db, by).set_index("key")["org_no"].to_dict()
    return [held.of(units[key], month, measure) if key in units else own for key in keys]


def is_whole(scope: Scope) -> bool:
    """Whether no filter but the units narrows a scope."""
    return scope == Scope(scope.as_of, scope.basis, orgs=scope.orgs, allowed_orgs=scope.allowed_orgs)


def attainments(
    db: Database,
    scope: Scope,
    rules: RecoveryRules,
    held: Book,
    recovery: Recovery,
    overdue: int | None = None,
) -> dict[str, Attainment]:
    """Every measure of a scope beside its target; `found` and `overdue` (fen) are the scope's figures."""
    made: dict[str, Attainment] = {}
    for measure in MEASURES:
        target = of_scope(db, scope, rules, held, measure)
        if measure not in AMOUNTS:
            part = getattr(recovery, measure)
            reached = part.settled if isinstance(part, Households) else part.collected
            missing = needed(target, part.billed, reached)
            made[measure] = Attainment(measure, target, part.rate, reached, missing)
        elif overdue is not None:
            made[measure] = Attainment(measure, target, None, overdue, too_much(target, overdue))
    return made


def by_month(
    db: Database, scope: Scope, rules: RecoveryRules, held: Book, days: Iterable[object], measure: str
) -> list[float]:
    """The target of a rate as of each of some days, as a fraction; NaN where none holds."""
    months = [month_of_targets(scope.at(pd.Timestamp(day).date()), rules) for day in days]  # type: ignore[arg-type]
    return of_months(db, scope, held, months, measure)


def of_months(db: Database, scope: Scope, held: Book, months: Iterable[int], measure: str) -> list[float]:
    """What the scope's unit is held to in each month by a rate, as a fraction; NaN where none holds."""
    unit = sole_unit(db, scope)
    targets = [held.of(unit, month, measure) for month in months]
    return [float("nan") if t is None else t.rate for t in targets]


def units(db: Database, orgs: tuple[str, ...]) -> pd.DataFrame:
    """Units that somebody may set targets for, in the order of their numbers: org_no, org_name, depth."""
    rows = lookups.orgs(db)[["org_no", "org_name", "depth"]]
    inside = [not orgs or str(o).startswith(orgs) for o in rows["org_no"]]
    return rows[inside].reset_index(drop=True)


def own_of(held: Book, org_nos: Iterable[str], month: int) -> pd.DataFrame:
    """What was set for units of exactly one month: org_no and a column per measure, missing where nothing."""
    rows = []
    for org_no in org_nos:
        row: dict[str, object] = {"org_no": org_no}
        for measure in MEASURES:
            own = held.own(org_no, month, measure)
            row[measure] = own.value if own and own.month == month else None
        rows.append(row)
    return pd.DataFrame(rows, columns=["org_no", *MEASURES]).astype(dict.fromkeys(MEASURES, "Int64"))


def changed(held: Book, figures: Iterable[TargetFigure]) -> list[TargetFigure]:
    """Those of the figures that say something else than what stands of their very month."""
    made = []
    for f in figures:
        own = held.own(f.org_no, f.month, f.measure)
        if f.value != (own.value if own and own.month == f.month else None):
            made.append(f)
    return made


def record(
    db: Database, state: State, actor: Actor, figures: Iterable[TargetFigure], why: str, after: int, name: str
) -> int:
    """Keep targets, all or none; how many.

    InputError without the permission, for a unit that is not theirs or unknown, for a figure out of bounds.
    """
    given = list(figures)
    allow(actor, "targets")
    known = set(units(db, actor.orgs)["org_no"])
    for figure in given:
        if figure.org_no not in known:
            raise InputError("targets_elsewhere", unit=figure.org_no)
        if figure.measure not in MEASURES or not is_month(figure.month) or not is_value(figure):
            raise InputError("targets_out_of_bounds", unit=figure.org_no)
    state.set_targets(given, actor.name, why, after, name)
    return len(given)


def take_back(state: State, actor: Actor, number: int, why: str) -> None:
    """Take back what was set in one go, within one's own units."""
    allow(actor, "targets")
    touch_units(actor, (f.org_no for f in state.targets_of_entry(number)), "targets_elsewhere")
    state.undo_targets(number, actor.name, why)


def history(state: State | None, actor: Actor, most: int = 50) -> list[TargetEntry]:
    """What was set and taken back, newest first; for one confined to units, what concerns those alone."""
    if state is None:
        return []
    entries = state.target_entries()
    if actor.orgs:
        mine = {e.id for e in entries if _concerns(state, e.id, actor.orgs)}
        entries = [e for e in entries if e.id in mine or e.undoes in mine]
    return entries[:most]


def _concerns(state: State, number: int, orgs: tuple[str, ...]) -> bool:
    return any(f.org_no.startswith(orgs) for f in state.targets_of_entry(number))


def is_month(month: int) -> bool:
    """Whether a number is a month that a target can be set for."""
    return FIRST_YEAR <= month // 100 <= LAST_YEAR and 1 <= month % 100 <= 12


def is_value(figure: TargetFigure) -> bool:
    """Whether a target is a rate above 0 and at most 1, or an amount that is not below 0."""
    if figure.value is None:
        return True
    return 0 <= figure.value <= MOST_FEN if figure.measure in AMOUNTS else 0 < figure.value <= WHOLE
