"""What a publication comes to: per grade in customers and money, beside another, who was decided about."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from analytics.policy import Policy
from data.ask.credit_queries import customer_holdings
from data.scope import Scope
from data.state import Publication, State
from data.warehouse.snapshots import Snapshot
from services.credit import ungraded, work_load
from services.credit.grading import ensure_graded
from services.customers import lists
from services.decided import published_grades
from services.decided.inputs import decided
from services.publication.publishing_grades import Draft

MONEY = ("balance", "overdue")


@dataclass(frozen=True)
class Beside:
    """The publication that a draft is held against, on which day, and who moves.

    `flows` has old, new (empty: none) and customers, one row for each pair that somebody has.
    """

    publication: Publication
    on: date
    flows: pd.DataFrame


@dataclass(frozen=True)
class Comes:
    """What a draft comes to. `graded`, `rest`: the whole company as `ungraded.beside` has it.

    `work`: actions by channel and hours that the grades ask for in 90 days; `fen`: what the actions cost.
    """

    graded: pd.DataFrame
    rest: pd.DataFrame
    work: dict[str, int]
    fen: int


def comes_to(state: State, db: Snapshot, made: Draft) -> Comes:
    """The draft beside the whole company on its day, and what it asks for."""
    held = pd.Series(made.customers["grade"].to_pandas().to_numpy(), made.customers["cons_no"].to_pandas())
    graded, rest = ungraded.beside(db, made.policy, Scope(made.as_of), state, held)
    plan = made.policy.collection
    asked = graded.rename(columns={"customers": "households"})
    return Comes(graded, rest, work_load.in_all(plan, asked), work_load.cost(plan, asked))


def by_grade(db: Snapshot, made: Draft) -> pd.DataFrame:
    """`grade, computed, published, balance, overdue` (fen, as of the draft's day), best grade first."""
    held = customer_holdings(db, Scope(made.as_of), lists.measures(db, made.as_of))
    place = pc.index_in(made.customers["cons_no"], value_set=held["cons_no"])
    graded = pa.table({"grade": made.customers["grade"], **{m: held[m].take(place) for m in MONEY}})
    sums = graded.group_by("grade").aggregate([(m, "sum") for m in MONEY]).to_pandas().set_index("grade")
    sums = sums.reindex(made.counts["grade"]).fillna(0).astype("int64")
    return made.counts.assign(**{m: sums[f"{m}_sum"].to_numpy() for m in MONEY})


def by_class(state: State, db: Snapshot, made: Draft) -> pd.DataFrame:
    """Customers of a draft: a row for each class (`model`; empty: none), one column a grade, best first."""
    path = ensure_graded(db, made.policy, made.as_of, decided(state, made.as_of))
    known = pq.read_table(path, columns=["cons_no", "model"]).to_pandas().set_index("cons_no")["model"]
    kept = made.customers.select(["cons_no", "grade"]).to_pandas()
    counted = pd.crosstab(kept["cons_no"].map(known).fillna(""), kept["grade"])
    best_first = list(made.counts["grade"])
    return counted.reindex(columns=best_first, fill_value=0).rename_axis("model").reset_index()


def beside_last(state: State, made: Draft) -> Beside | None:
    """The draft against the last publication that began no later; None where there is none."""
    before = [p for p in state.publications_in_force() if p.valid_from <= made.valid_from]
    if not before:
        return None
    last = before[-1]
    on = min(last.valid_to, made.valid_from)
    old = published_grades.in_period(state, last, on)
    return Beside(last, on, flows(old, made.customers.select(["cons_no", "grade"]).to_pandas()))


def between(
    state: State, db: Snapshot, scope: Scope, first: Publication, second: Publication
) -> pd.DataFrame:
    """`flows` from one publication to another, each on its first day, of the customers of a scope."""
    kept = customer_holdings(db, scope, lists.measures(db, scope.as_of))["cons_no"].to_pandas()
    sides = []
    for p in (first, second):
        frame = published_grades.in_period(state, p, p.valid_from)
        sides.append(frame[frame["cons_no"].isin(kept)])
    return flows(*sides)


def beside_published(
    state: State, db: Snapshot, policy: Policy, scope: Scope, held: Sequence[tuple[Publication, date]]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Who of the scope has a grade in any of the publications on its day, and the rest by reason.

    Both as `ungraded.beside` has them, with what is owed on the scope's day.
    """
    frames = [published_grades.in_period(state, p, on)[["cons_no", "grade"]] for p, on in held]
    whole = pd.concat(frames).drop_duplicates("cons_no", keep="last").set_index("cons_no")
    return ungraded.beside(db, policy, scope, state, whole["grade"])


def flows(old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    """How many customers went from which grade to which: old, new (empty: none), customers."""
    sides = [f.set_index("cons_no")["grade"] for f in (old, new)]
    both = pd.concat(sides, axis=1, keys=["old", "new"]).fillna("")
    counted = both.groupby(["old", "new"], as_index=False).size()
    return counted.rename(columns={"size": "customers"})


def named(db: Snapshot, scope: Scope, cons_nos: Iterable[str]) -> pd.DataFrame:
    """Who of these the scope leaves: index cons_no; name (masked), org_name, balance, overdue."""
    asked = tuple(dict.fromkeys(cons_nos))
    if not asked:
        return pd.DataFrame(columns=["name", "org_name", *MONEY])
    holdings = customer_holdings(db, replace(scope, customers=asked), lists.measures(db, scope.as_of))
    who: pd.DataFrame = holdings.to_pandas().set_index("cons_no")
    return who


def keys_of(*frames: pd.DataFrame, best_first: Sequence[str]) -> list[str]:
    """The grades that frames of flows name, in the policy's order, unknown ones after, none last."""
    seen = {k for f in frames for c in ("old", "new") for k in f[c]}
    known = [k for k in best_first if k in seen]
    return [*known, *sorted(seen - {*known, ""}), *([""] if "" in seen else [])]
