"""Back-tests kept beside the snapshot: they take long and are asked for again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pandas as pd

from analytics.policy import Policy
from data.ask.credit_queries import customer_keys
from data.kept.kept_files import is_kept, keep
from data.scope import Scope
from data.state import State
from data.warehouse.snapshots import Snapshot
from services.credit.backtest import HORIZON_DAYS, BackTest, Compared, Discrimination, back_test
from services.decided.inputs import decided

FORMAT = 3
Progress = Callable[[float], None]


def path_of(db: Snapshot, policy: Policy, as_of: date, scope: Scope, state: State | None = None) -> Path:
    """Where the back-test of a policy at a day for a scope's customers, with what was decided, lies."""
    known = [decided(state, day).key for day in (as_of, as_of - timedelta(days=HORIZON_DAYS))]
    content = repr((FORMAT, _who(scope), known))
    name = f"backtest-{as_of.isoformat()}-{hashlib.sha256(content.encode()).hexdigest()[:10]}.json"
    return db.path.parent.parent / "graded" / db.id / policy.version / name


def kept(
    db: Snapshot, policy: Policy, as_of: date, scope: Scope, state: State | None = None
) -> BackTest | None:
    """The back-test that was made before, if any; a damaged file counts as none."""
    path = path_of(db, policy, as_of, scope, state)
    if not is_kept(path):
        return None
    try:
        return _back(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def make(
    db: Snapshot,
    policy: Policy,
    as_of: date,
    scope: Scope,
    progress: Progress,
    state: State | None = None,
) -> BackTest:
    """Test a policy on the scope's customers and keep what came out."""
    only = None if _who(scope) == Scope(date.min) else customer_keys(db, scope)
    made = back_test(db, policy, as_of, only=only, progress=progress, state=state)

    def write(part: Path) -> None:
        part.write_text(json.dumps(_plain(made)), encoding="utf-8")

    keep(path_of(db, policy, as_of, scope, state), write)
    return made


def _who(scope: Scope) -> Scope:
    """The scope as far as it chooses customers."""
    return replace(scope, as_of=date.min, basis="assessment")


def _plain(made: BackTest) -> dict[str, Any]:
    return {
        "as_of": made.as_of.isoformat(),
        "until": made.until.isoformat(),
        "everyone": _compared(made.everyone),
        "without_arrears": _compared(made.without_arrears),
        "by_model": {key: _compared(part) for key, part in made.by_model.items()},
        "psi": made.psi,
        "population": made.population.to_dict("list"),
    }


def _compared(part: Compared) -> dict[str, Any]:
    return {
        "customers": part.customers,
        "bad": part.bad,
        "rankings": {name: asdict(ranking) for name, ranking in part.rankings.items()},
        "grades": part.grades.rename_axis("grade").reset_index().to_dict("list"),
        "monotone": part.monotone,
    }


def _back(plain: dict[str, Any]) -> BackTest:
    return BackTest(
        date.fromisoformat(plain["as_of"]),
        date.fromisoformat(plain["until"]),
        _compared_back(plain["everyone"]),
        _compared_back(plain["without_arrears"]),
        {key: _compared_back(part) for key, part in plain["by_model"].items()},
        float(plain["psi"]),
        pd.DataFrame(plain["population"]),
    )


def _compared_back(plain: dict[str, Any]) -> Compared:
    return Compared(
        int(plain["customers"]),
        int(plain["bad"]),
        {name: Discrimination(**ranking) for name, ranking in plain["rankings"].items()},
        pd.DataFrame(plain["grades"]).set_index("grade"),
        bool(plain["monotone"]),
    )
