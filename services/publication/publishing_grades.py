"""The yearly publication of grades: computed, overruled where a person did, published with a period."""

from __future__ import annotations

import calendar as days
from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from analytics.policy import Policy
from data.errors import InputError
from data.state import Override, Publication, State
from data.state.publications import SCHEMA
from data.warehouse.snapshots import Snapshot
from services.credit import adoption
from services.credit.grading import ensure_graded
from services.decided.inputs import decided

MAIN_REASONS = 3


@dataclass(frozen=True)
class Draft:
    """What would be published: `customers` as the store keeps them, and what the grades come to.

    `counts` has grade, computed and published, best grade first. `standing` are the publications of
    overlapping periods: with one, publishing needs to say that it replaces it.
    """

    policy: Policy
    snapshot: str
    as_of: date
    valid_from: date
    valid_to: date
    customers: pa.Table
    counts: pd.DataFrame
    standing: tuple[Publication, ...]


def draft(state: State, db: Snapshot, policy: Policy, as_of: date, valid_from: date | None = None) -> Draft:
    """The grades as of a day, at most one up on those of twelve months before, overruled where a person did.

    They hold from `valid_from` (the day after `as_of`) for the policy's months.
    """
    if as_of > db.meta.extract_on:
        last = db.meta.extract_on.isoformat()
        raise InputError("as_of_after_extract", as_of=as_of.isoformat(), extract_on=last)
    start = valid_from or as_of + timedelta(days=1)
    if start < as_of:
        raise InputError("publication_before_its_day", as_of=as_of.isoformat())
    refused = adoption.refusal(policy)
    if refused is not None:
        raise refused
    end = months_later(start, policy.credit.valid_months) - timedelta(days=1)
    computed = pq.read_table(
        ensure_graded(db, policy, as_of, decided(state, as_of)),
        columns=["cons_no", "org_no", "model", "grade", "score", "rules", "reasons"],
    )
    customers = _customers(computed, [o for o in state.overrides() if o.holds(start)])
    overlapping = (p for p in state.publications_in_force() if p.valid_from <= end and start <= p.valid_to)
    counts = _counts(customers, policy.credit.grade_keys)
    return Draft(policy, db.id, as_of, start, end, customers, counts, tuple(overlapping))


def months_later(day: date, months: int) -> date:
    """The same day of a later month, or its last day where it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, days.monthrange(year, month + 1)[1]))


def _customers(computed: pa.Table, overrides: list[Override]) -> pa.Table:
    """The graded and the overruled, as the store keeps them."""
    last = {o.cons_no: o for o in overrides}
    said = pa.array(list(last), pa.string())
    ids = pa.array([o.id for o in last.values()], pa.int32())
    given = pa.array([o.grade for o in last.values()], pa.string())
    place = pc.index_in(computed["cons_no"], value_set=said)
    columns = {
        "cons_no": computed["cons_no"],
        "org_no": computed["org_no"],
        "model": computed["model"],
        "computed": computed["grade"],
        "grade": pc.coalesce(given.take(place), computed["grade"]),
        "score": computed["score"],
        "rules": computed["rules"],
        "reasons": _main_reasons(computed["reasons"]),
        "override": ids.take(place),
    }
    table = pa.table(columns)
    return table.filter(pc.is_valid(table["grade"])).cast(SCHEMA)


def _main_reasons(reasons: pa.ChunkedArray) -> pa.ChunkedArray:
    """The indicators that cost most, at most MAIN_REASONS."""
    few = pc.list_slice(reasons, 0, MAIN_REASONS, return_fixed_size_list=False).combine_chunks()
    if isinstance(few, pa.ChunkedArray):
        few = pa.concat_arrays(few.chunks)
    keys = pc.struct_field(few.values, "indicator")
    return pa.chunked_array([pa.ListArray.from_arrays(few.offsets, keys)])


def _counts(customers: pa.Table, keys: tuple[str, ...]) -> pd.DataFrame:
    counted = {
        name: pd.Series(customers[column].to_pandas()).value_counts().reindex(list(keys), fill_value=0)
        for name, column in (("computed", "computed"), ("published", "grade"))
    }
    return pd.DataFrame(counted).rename_axis("grade").reset_index()
