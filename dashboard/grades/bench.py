"""Gradings that pages share in one server process: scores once per day, grades once per cut-offs and rules.

A cut-off that moves costs one comparison per customer of its class; everything else is found here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import streamlit as st

from analytics.credit_policy import CreditRules
from analytics.grading import Bounds
from analytics.policy import Policy
from dashboard import background
from dashboard.i18n import wordless
from dashboard.measured import measured
from dashboard.shell import Page
from dashboard.state_store import existing_state
from data import kept_files
from data.credit_queries import customer_keys
from data.scope import Scope
from services.credit import estimates, grade_history, slim, ungraded, whatif
from services.credit.estimates import Outcome
from services.credit.grading import Measured
from services.credit.slim import Slim
from services.decided.inputs import Decided, decided

Index = npt.NDArray[np.int16]
AT_ONCE = 50_000
"""Up to so many customers a day is graded while the reader waits; more are asked about first."""


@dataclass(frozen=True)
class Standing:
    """The scope's customers as of a day and their grades by one policy, by model."""

    policy: Policy
    given: Slim
    limits: tuple[Bounds, ...]
    grades: Mapping[str, Index]
    scope: str

    @property
    def credit(self) -> CreditRules:
        """The policy's part on grades."""
        return self.policy.credit

    @property
    def keys(self) -> tuple[str, ...]:
        """The grades, best first."""
        return self.credit.grade_keys


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
        standing(page, policy, as_of)
    if beside is not None and not is_kept(page, policy, beside):
        with st.spinner(page.t("grades.computing", day=page.fmt.date(beside))):
            keep(page, policy, beside)
    return True


def standing(page: Page, policy: Policy, as_of: date) -> Standing:
    """Every customer of the scope with their grade by a policy; published grades of a year ago count."""
    known, credit = _decided(as_of), policy.credit
    content, db = slim.content_key(credit), page.store.db
    tried = content != slim.content_key(page.policy.credit)
    held = (lambda: measured(db, as_of, credit)) if tried and as_of == page.scope.as_of else None
    whole = _slim(page.store.id, content, as_of, known.key, db, credit, known, held)
    key, place = f"{page.store.id}|{whole.key}", _scope_key(page.scope)
    given = _scoped(key, place, whole, _asked(page, place))
    rules = repr((credit.rules, credit.grade_keys))
    allowed = _limits(key, place, rules, given, credit)
    grades = {
        model.key: _grades(
            key, place, rules, model.key, repr((model.cutoffs, credit.method)), given, allowed, credit
        )
        for model in credit.models
    }
    return Standing(policy, given, allowed, grades, f"{key}|{place}|{rules}")


def is_kept(page: Page, policy: Policy, as_of: date) -> bool:
    """Whether a day's scores lie beside the snapshot."""
    return kept_files.is_kept(scores_path(page, policy, as_of))


def keep(page: Page, policy: Policy, as_of: date) -> None:
    """Grade a day and lay its scores beside the snapshot, without holding them."""
    slim.slim(page.store.db, policy.credit, as_of, _decided(as_of))


def counts(page: Page, policy: Policy, as_of: date, models: Sequence[str] | None) -> npt.NDArray[np.int64]:
    """Households of the scope in each grade on a day, and last those without one; read and let go again."""
    known, place = _decided(as_of), _scope_key(page.scope)
    told = repr((page.store.id, policy.version, as_of, known.key, place, models))
    return _counts(told, page, policy, as_of, models)


@st.cache_data(max_entries=600, show_spinner=False)
@wordless
def _counts(
    told: str, _page: Page, _policy: Policy, _as_of: date, _models: Sequence[str] | None
) -> npt.NDArray[np.int64]:
    credit = _policy.credit
    whole = slim.slim(_page.store.db, credit, _as_of, _decided(_as_of))
    given = whole.within(_asked(_page, _scope_key(_page.scope)))
    grades = slim.graded(credit, given, slim.limits(credit, given))
    placed = grade_history.positions(given, grades, _models)
    left = int(ungraded.rest(given, grades, _models)["customers"].sum())
    return np.append(grade_history.counts(placed, len(credit.grade_keys)), left)


def flows(old: Standing, new: Standing, model: str) -> pd.DataFrame:
    """`whatif.flows` of one model, counted once."""
    at = [m.key for m in old.credit.models].index(model)
    sides = (_cut(old, at), _cut(new, at))
    return _flows(model, *sides, old.given.parts[at], old, new)


def rest(side: Standing, models: Sequence[str]) -> pd.DataFrame:
    """Who has no grade, by reason; of every class also those of no class at all."""
    every = len(models) == len(side.credit.models)
    cuts = [_cut(side, [m.key for m in side.credit.models].index(key)) for key in models]
    return _rest(repr(cuts), None if every else tuple(models), side)


def outcomes(page: Page, past: Standing, until: date) -> tuple[Outcome, ...]:
    """What became of a past day's customers of the scope."""
    return _outcomes(page.store.id, past.given.key, _scope_key(page.scope), until, page.store.db, past.given)


def _decided(as_of: date) -> Decided:
    return decided(existing_state(), as_of)


def _cut(side: Standing, at: int) -> str:
    return f"{side.scope}|{side.credit.models[at].cutoffs}|{side.credit.method}"


def _scope_key(scope: Scope) -> str:
    """What the scope leaves out; empty where it leaves everybody in."""
    plain = replace(scope, as_of=date.min, basis="assessment")
    return "" if plain == Scope(date.min) else repr(plain)


def _asked(page: Page, place: str) -> npt.NDArray[np.int64] | None:
    return _keys(page.store.id, place, page.store.db, page.scope) if place else None


@st.cache_resource(max_entries=8, show_spinner=False)
@wordless
def _keys(snapshot: str, place: str, _db: Any, _scope: Scope) -> npt.NDArray[np.int64]:
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


@st.cache_resource(max_entries=16, show_spinner=False)
@wordless
def _scoped(key: str, place: str, _whole: Slim, _asked: npt.NDArray[np.int64] | None) -> Slim:
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
def _flows(
    model: str, before: str, after: str, _part: slim.Part, _old: Standing, _new: Standing
) -> pd.DataFrame:
    return whatif.flows(_part, _old.grades[model], _new.grades[model], _old.keys, _new.keys)


@st.cache_data(max_entries=100, show_spinner=False)
@wordless
def _rest(told: str, models: tuple[str, ...] | None, _side: Standing) -> pd.DataFrame:
    return ungraded.rest(_side.given, _side.grades, models)


@st.cache_resource(max_entries=6, show_spinner=False)
@wordless
def _outcomes(snapshot: str, key: str, place: str, until: date, _db: Any, _past: Slim) -> tuple[Outcome, ...]:
    return estimates.outcomes(_db, _past, until)
