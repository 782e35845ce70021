"""How every customer stands on a day, as lists show it: the one grade, the score, and the risk light."""

from __future__ import annotations

import hashlib
from datetime import date
from functools import cache
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq

from analytics.policy import Policy
from analytics.risk_light import LIGHTS
from data.kept.kept_files import keep
from data.state import State
from data.warehouse.snapshots import Snapshot
from services.credit.grading import FORMAT, Measured, ensure_graded, graded_path, measure
from services.credit.risk_light import risk_lights
from services.credit.slim import slim
from services.decided import published_grades
from services.decided.inputs import Decided, decided

__all__ = ["LIGHTS", "SOURCES", "ensure_standing", "standing_path"]

SOURCES = ("computed", "published", "override", "review")
"""Where a grade comes from: computed today, or published, as computed or by a person's word."""


def ensure_standing(db: Snapshot, policy: Policy, as_of: date, state: State | None) -> Path:
    """The file of how customers stand, made when it is not there, all or nothing; one row per cons_key.

    `grade` is the one that the customer shows: the published one where there is one on that day, else the
    computed; `grade_from` is one of SOURCES; `ungraded` says why there is no grade, else null. `score` is
    computed; ranks are higher for the better grade and the graver light.
    EnvironmentRefusedError `measures_not_writable` where the folder cannot be written.
    """
    inputs = decided(state, as_of)
    path = standing_path(db, policy, as_of, state, inputs)

    def write(part: Path) -> None:
        _standing(db, policy, as_of, state, inputs).to_parquet(part, index=False)

    return keep(path, write)


def _graded(db: Snapshot, policy: Policy, as_of: date, inputs: Decided) -> Path:
    """The grading, and beside it the scores that grade pages start from: both of one measuring."""

    @cache
    def held() -> Measured:
        return measure(db, as_of, policy.credit, inputs.facts)

    path = ensure_graded(db, policy, as_of, inputs, held)
    slim(db, policy.credit, as_of, inputs, held)
    return path


def standing_path(db: Snapshot, policy: Policy, as_of: date, state: State | None, inputs: Decided) -> Path:
    """Where the file lies, beside the grading that it is made of; what holds on the day is in the name."""
    content = f"{FORMAT} {inputs.key} "
    if state is not None and (publication := published_grades.publication_on(state, as_of)):
        content += f"{publication.content_hash} {published_grades.decisions(state, publication, as_of)}"
    name = hashlib.sha256(content.encode()).hexdigest()[:10]
    return graded_path(db, policy, as_of).with_name(f"{as_of.isoformat()}-standing-{name}.parquet")


def _standing(
    db: Snapshot, policy: Policy, as_of: date, state: State | None, inputs: Decided
) -> pd.DataFrame:
    made = risk_lights(db, policy, as_of)[["cons_key", "cons_no", "light"]].set_index("cons_no")
    path = _graded(db, policy, as_of, inputs)
    graded = pq.read_table(path, columns=["cons_no", "grade", "score", "ungraded"])
    made = made.join(graded.to_pandas().set_index("cons_no"))
    made["grade_from"] = made["grade"].notna().map({True: "computed", False: None})
    if state is not None:
        held = published_grades.published(state, as_of).set_index("cons_no")
        held = held[held.index.isin(made.index)]
        made.loc[held.index, "grade"] = held["grade"]
        made.loc[held.index, "grade_from"] = held["source"].replace("computed", "published")
    made["ungraded"] = made["ungraded"].where(made["grade"].isna())
    ranks = {key: -place for place, key in enumerate(policy.credit.grade_keys)}
    made["grade_rank"] = made["grade"].map(ranks).astype("Int16")
    made["light_rank"] = made["light"].map({key: place for place, key in enumerate(LIGHTS)}).astype("Int16")
    return made.reset_index(drop=True).sort_values("cons_key")
