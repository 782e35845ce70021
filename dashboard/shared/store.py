"""What pages share in one server process: the open snapshot, the rules in force, and cached answers."""

from __future__ import annotations

import inspect
import threading
import time
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

import pandas as pd
import streamlit as st

from analytics.policy import Policy
from dashboard.nav import ROOT
from dashboard.shared import state_store
from dashboard.shared.read_ahead import ReadAhead
from dashboard.words.i18n import speaking_only, wordless
from data.environment import warehouse_path
from data.kept.kept_values import Kept, name_in_keys
from data.scope import Scope
from data.state import State
from data.warehouse.snapshots import Snapshot, Warehouse, open_snapshot
from services.credit import adoption
from services.credit.policy_files import DEFAULT
from services.recovery import figures
from services.warehouse import prepared

T = TypeVar("T")

MOST_ANSWERS = 4000
MOST_KEPT = 512
GRACE_SECONDS = 90.0
"""How long a replaced snapshot stays open for the pages that are still reading it."""


@dataclass(frozen=True)
class Store:
    """One snapshot as pages use it: its handle, facts, name in cache keys, and what it was asked.

    `codes`: what the extracts call codes, collectors and readers, by dimension and code. `kept`: what
    pages make of it besides: what the boxes of filters offer, the targets.
    """

    id: str
    db: Snapshot
    facts: figures.SnapshotFacts
    codes: Mapping[str, Mapping[str, str]] = field(default_factory=dict, compare=False, repr=False)
    answers: Kept[str, Any] = field(default_factory=lambda: Kept(MOST_ANSWERS), compare=False, repr=False)
    kept: Kept[tuple[Any, ...], Any] = field(
        default_factory=lambda: Kept(MOST_KEPT), compare=False, repr=False
    )
    ahead: ReadAhead = field(default_factory=lambda: ReadAhead(()), compare=False, repr=False)


def open_store() -> Store | None:
    """The published snapshot, followed without a restart when the pointer moves; None before a load."""
    folder = warehouse_path()
    snapshot = Warehouse(folder).current()
    return None if snapshot is None else _store(str(folder), snapshot)


def _close_later(store: Store) -> None:
    timer = threading.Timer(GRACE_SECONDS, store.db.close)
    timer.daemon = True
    timer.start()


@st.cache_resource(max_entries=3, show_spinner=False, on_release=_close_later)
@wordless
def _store(folder: str, snapshot: str) -> Store:
    db = open_snapshot(Path(folder), snapshot)
    facts = figures.facts(db)
    ahead = ReadAhead(prepared.days_asked(db, facts))
    return Store(snapshot, db, facts, figures.code_names(db), ahead=ahead)


def policy() -> Policy:
    """The rules in force: what was adopted last, else the default; another one from the next rerun on."""
    kept = state_store.existing_state()
    number = kept.policy_id() if kept else None
    return _policy(kept.name if kept else "", number, DEFAULT.stat().st_mtime_ns, kept)


@st.cache_resource(max_entries=4, show_spinner=False)
@wordless
def _policy(state: str, number: int | None, changed: int, _kept: State | None) -> Policy:
    return adoption.in_force(_kept)


@dataclass(frozen=True)
class Loader:
    """Asks services and queries once per question: `load(figures.trend, months=24)`.

    A question is a module's own function: all it knows is in its arguments, and they are the key.
    Arguments named `db`, `scope`, `rules`, `policy` and `state` are filled in; others are given by name and
    must be plain values (a frame is not: it would be hashed by a sample).
    Answers are shared by all readers, so they hold no words; frames are given out as copies that share
    their columns.
    """

    store: Store
    scope: Scope
    policy: Policy

    def __call__(self, ask: Callable[..., T], **given: Any) -> T:
        """The answer of `ask`, from the cache where the same question was asked of the same snapshot."""
        scope = given.pop("scope", self.scope)
        rules = given.pop("rules", self.policy.recovery)
        named: dict[str, Any] = {"db": self.store.db, "scope": scope, "rules": rules, "policy": self.policy}
        wanted = _wanted(ask)
        if "state" in wanted:
            named["state"] = state_store.existing_state()
        filled = {name: named[name] for name in wanted if name in named and name not in given}
        in_key = {k: v for k, v in {**filled, **given}.items() if k != "db"}
        key = "\x1f".join(f"{k}={_plain(v)}" for k, v in sorted(in_key.items()))
        question = f"{name_in_keys(ask)}\x1f{key}"

        def made() -> T:
            began = time.monotonic()
            with speaking_only():
                answer = ask(**filled, **given)
            if _is_common(ask, scope) and rules == self.policy.recovery:
                self._note(ask, scope, given, time.monotonic() - began)
            return answer

        answer: T = self.store.answers.get(question, made)
        return cast(T, answer.copy(deep=False)) if isinstance(answer, pd.DataFrame) else answer

    def _note(self, ask: Callable[..., Any], scope: Scope, given: dict[str, Any], seconds: float) -> None:
        """Have it asked of the other days too."""
        name = repr((ask.__name__, scope.at(date.min), sorted(given.items()), self.policy.version))
        self.store.ahead.note(name, lambda day: self(ask, scope=scope.at(day), **given), seconds)


def _is_common(ask: Callable[..., Any], scope: Scope) -> bool:
    """Whether it is a figure of everything: what most readers look at first, and what was asked ahead."""
    return getattr(figures, ask.__name__, None) is ask and scope == Scope(scope.as_of)


@cache
def _wanted(ask: Callable[..., Any]) -> tuple[str, ...]:
    return tuple(inspect.signature(ask).parameters)


def _plain(value: Any) -> str:
    if isinstance(value, Policy):
        return value.version
    if isinstance(value, State):
        return f"{value.name} {state_store.versions(value)}"
    if hasattr(value, "columns") or hasattr(value, "__array__"):
        raise TypeError("a frame or an array cannot be part of a cache key: pass what it was made from")
    return repr(value)


@cache
def version() -> str:
    """The product's version, for manifests and the foot of the menu."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return str(project["project"]["version"])
