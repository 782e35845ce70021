"""Gradings that pages share in one server process: scores once per day, grades once per cut-offs and rules.

A cut-off that moves costs one comparison per customer of its class; everything else is found here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import streamlit as st

from analytics.credit_parts import CreditModel
from analytics.credit_policy import CreditRules
from analytics.grading import Bounds
from analytics.policy import Policy
from dashboard.page import Page
from dashboard.shared import background
from dashboard.shared.state_store import existing_state
from dashboard.what_if.measured import measured
from dashboard.words.i18n import wordless
from data.ask.credit_queries import customer_keys
from data.kept import kept_files
from data.scope import Scope
from services.credit import estimates, grade_history, moves, slim, ungraded
from services.credit.estimates import Outcome
from services.credit.graded import Graded
from services.credit.grading import Measured
from services.credit.slim import ModelScores, Slim
from services.credit.whom import Rows
from services.decided.inputs import Decided, decided

Index = npt.NDArray[np.int16]
AT_ONCE = 50_000
"""Up to so many customers a day is graded while the reader waits; more are asked about first."""


@dataclass(frozen=True)
class Side(Graded):
    """One side of a comparison: the scope's customers as of a day, graded by a policy; `known` is what they
    and the rules are told apart by.
    """

    policy: Policy
    known: str


def is_small(page: Page) -> bool:
    """Whether the customers are so few that nobody is asked before a day is graded."""
    return page.store.facts.customers <= AT_ONCE


def scores_path(page: Page, policy: Policy, as_of: date) -> Path:
    """Where a day's scores lie, or will."""
    return slim.slim_path(page.store.db, policy.credit, as_of, _decided(as_of))


def is_ready(page: Page, policy: Policy, as_of: date) -> bool:
    """Whether a day's scores are kept already, or so few that nobody waits."""
    return is_small(page) or is_kept(page, policy, as_of)


def ask_first(page: Page, policy: Policy, as_of: date, name: str, beside: date | None = None) -> bool:
    """Whether a day can be shown; else a button that grades it, and the day `beside`, while it says so.

    Nobody is asked for what the background makes already.
    """
    if is_ready(page, policy, as_of):
        return True
    day, many = page.fmt.date(as_of), page.fmt.count(page.store.facts.customers)
    path = scores_path(page, policy, as_of)
    if background.is_at_work(path):
        background.look(path, page.t("grades.being_computed", day=day))
        return False
    st.info(page.t("grades.not_computed", day=day, customers=many), icon=":material/hourglass_empty:")
    if not st.button(page.t("grades.compute"), key=f"compute_{name}", type="primary"):
        return False
    with st.spinner(page.t("grades.computing", day=day)):
        side(page, policy, as_of)
    if beside is not None and not is_kept(page, policy, beside):
        with st.spinner(page.t("grades.computing", day=page.fmt.date(beside))):
            keep(page, policy, beside)
    return True


def side(page: Page, policy: Policy, as_of: date, *, in_memory: bool = False) -> Side:
    """Every customer of the scope with their grade by a policy; published grades of a year ago count.

    The scores are kept beside the snapshot, unless all is to stay `in_memory`: where weights are tried,
    each step has scores of its own.
    """
    known, credit, db = _decided(as_of), policy.credit, page.store.db
    content = slim.content_key(credit)
    if in_memory:
        whole = _scored(page.store.id, content, as_of, known.key, db, credit, known)
    else:
        tried = content != slim.content_key(page.policy.credit)
        held = (lambda: measured(db, as_of, credit)) if tried and as_of == page.scope.as_of else None
        whole = _slim(page.store.id, content, as_of, known.key, db, credit, known, held)
    key, place = f"{page.store.id}|{whole.key}", _scope_key(page.scope)
    given = _scoped(key, place, whole, asked(page))
    rules = repr((credit.rules, credit.grade_keys))
    allowed = _limits(key, place, rules, given, credit)
    grades = {
        model.key: _grades(
            key, place, rules, model.key, repr((model.cutoffs, credit.method)), given, allowed, credit
        )
        for model in credit.models
    }
    return Side(credit, given, allowed, grades, policy, f"{key}|{place}|{rules}")


def rows(page: Page, credit: CreditRules, as_of: date, model: str) -> Rows:
    """The keys of the scope's customers that a model grades."""
    known, db = _decided(as_of), page.store.db
    whose, place = slim.whose(credit), _scope_key(page.scope)
    whole = _laid_out(page.store.id, as_of, known.key, whose, db, credit, known)
    given = _scoped(f"{page.store.id}|{as_of}|{known.key}|{whose}", place, whole, asked(page))
    return next(part.rows for part in given.parts if part.model == model)


def asked(page: Page) -> Rows | None:
    """The keys of the scope's customers; None where the scope leaves nobody out."""
    place = _scope_key(page.scope)
    return _keys(page.store.id, place, page.store.db, page.scope) if place else None


def is_kept(page: Page, policy: Policy, as_of: date) -> bool:
    """Whether a day's scores lie beside the snapshot."""
    return kept_files.is_kept(scores_path(page, policy, as_of))


def keep(page: Page, policy: Policy, as_of: date) -> None:
    """Grade a day and lay its scores beside the snapshot, without holding them."""
    slim.slim(page.store.db, policy.credit, as_of, _decided(as_of))


def counts(page: Page, policy: Policy, as_of: date, models: Sequence[str] | None) -> Rows:
    """Households of the scope in each grade on a day, and last those without one; read and let go again."""
    known, place = _decided(as_of), _scope_key(page.scope)
    question = repr((page.store.id, policy.version, as_of, known.key, place, models))
    return _counts(question, page, policy, as_of, models)


@st.cache_data(max_entries=600, show_spinner=False)
@wordless
def _counts(question: str, _page: Page, _policy: Policy, _as_of: date, _models: Sequence[str] | None) -> Rows:
    credit = _policy.credit
    whole = slim.slim(_page.store.db, credit, _as_of, _decided(_as_of))
    given = whole.within(asked(_page))
    grades = slim.graded(credit, given, slim.limits(credit, given))
    placed = grade_history.positions(given, grades, _models)
    left = int(ungraded.rest(given, grades, _models)["customers"].sum())
    return np.append(grade_history.counts(placed, len(credit.grade_keys)), left)


def flows(old: Side, new: Side, models: Sequence[str]) -> pd.DataFrame:
    """`moves.flows` of some models, counted once; a cut-off that moves has its own model counted alone."""
    if old.models != new.models:
        counted = _flows(None, _cut(old, old.models), _cut(new, new.models), old, new)
        return counted[counted["model"].isin(models)]
    each = [_flows(m, _cut(old, [m]), _cut(new, [m]), old, new) for m in old.models if m in models]
    return pd.concat(each, ignore_index=True)


def rest(one: Side, models: Sequence[str]) -> pd.DataFrame:
    """Who has no grade, by reason; of every class also those of no class at all."""
    every = set(models) >= set(one.models)
    return _rest(_cut(one, models), None if every else tuple(models), one)


def outcomes(page: Page, past: Side, until: date) -> tuple[Outcome, ...]:
    """What became of a past day's customers of the scope."""
    return _outcomes(page.store.id, past.given.key, _scope_key(page.scope), until, page.store.db, past.given)


def _decided(as_of: date) -> Decided:
    return decided(existing_state(), as_of)


def _cut(one: Side, models: Sequence[str]) -> str:
    """What the grades of some models are told apart by."""
    cutoffs = [m.cutoffs for m in one.credit.models if m.key in models]
    return f"{one.known}|{cutoffs}|{one.credit.method}"


def _scope_key(scope: Scope) -> str:
    """What the scope leaves out; empty where it leaves everybody in."""
    plain = replace(scope, as_of=date.min, basis="assessment")
    return "" if plain == Scope(date.min) else repr(plain)


@st.cache_resource(max_entries=8, show_spinner=False)
@wordless
def _keys(snapshot: str, place: str, _db: Any, _scope: Scope) -> Rows:
    return customer_keys(_db, _scope)


@st.cache_resource(max_entries=6, show_spinner=False)
@wordless
def _slim(
    snapshot: str,
    content: str,
    as_of: date,
    known: str,
    _db: Any,
    _credit: CreditRules,
    _decided: Decided,
    _held: Callable[[], Measured] | None,
) -> Slim:
    return slim.slim(_db, _credit, as_of, _decided, _held)


@st.cache_resource(max_entries=12, show_spinner=False)
@wordless
def _scored(
    snapshot: str, content: str, as_of: date, known: str, _db: Any, _credit: CreditRules, _decided: Decided
) -> Slim:
    whose = slim.whose(_credit)
    laid = _laid_out(snapshot, as_of, known, whose, _db, _credit, _decided)
    held, place = measured(_db, as_of, _credit), f"{snapshot}|{as_of}|{known}|{whose}"
    parts = [
        _scored_part(place, slim.content_key(replace(_credit, models=(model,))), _credit, model, held, part)
        for model, part in zip(_credit.models, laid.parts, strict=True)
    ]
    return slim.of_parts(_credit, laid, parts, _decided)


@st.cache_resource(max_entries=24, show_spinner=False)
@wordless
def _scored_part(
    place: str, content: str, _credit: CreditRules, _model: CreditModel, _held: Measured, _part: ModelScores
) -> ModelScores:
    return slim.scored_part(_credit, _model, _held, _part)


@st.cache_resource(max_entries=4, show_spinner=False)
@wordless
def _laid_out(
    snapshot: str, as_of: date, known: str, whose: str, _db: Any, _credit: CreditRules, _decided: Decided
) -> Slim:
    return slim.laid_out(_credit, measured(_db, as_of, _credit), _decided)


@st.cache_resource(max_entries=16, show_spinner=False)
@wordless
def _scoped(key: str, place: str, _whole: Slim, _asked: Rows | None) -> Slim:
    return _whole.within(_asked)


@st.cache_resource(max_entries=24, show_spinner=False)
@wordless
def _limits(key: str, place: str, rules: str, _given: Slim, _credit: CreditRules) -> tuple[Bounds, ...]:
    return tuple(Bounds(b.best, b.worst) for b in slim.limits(_credit, _given))


@st.cache_resource(max_entries=96, show_spinner=False)
@wordless
def _grades(
    key: str,
    place: str,
    rules: str,
    model: str,
    cut: str,
    _given: Slim,
    _limits: tuple[Bounds, ...],
    _credit: CreditRules,
) -> Index:
    return slim.graded(_credit, _given, _limits, [model])[model]


@st.cache_data(max_entries=400, show_spinner=False)
@wordless
def _flows(model: str | None, before: str, after: str, _old: Side, _new: Side) -> pd.DataFrame:
    return moves.flows(_old, _new, None if model is None else [model])


@st.cache_data(max_entries=100, show_spinner=False)
@wordless
def _rest(question: str, models: tuple[str, ...] | None, _side: Side) -> pd.DataFrame:
    return ungraded.rest(_side.given, _side.grades, models)


@st.cache_resource(max_entries=6, show_spinner=False)
@wordless
def _outcomes(snapshot: str, key: str, place: str, until: date, _db: Any, _past: Slim) -> tuple[Outcome, ...]:
    return estimates.outcomes(_db, _past, until)
