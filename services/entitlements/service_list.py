"""The list of services due: ordered, counted and cut in the database, read whole for a file alone."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

import pandas as pd
import pyarrow as pa

from analytics.policy import Policy
from data.ask import service_queries as queries
from data.ask.service_queries import Listed, ServiceTables
from data.scope import Scope
from data.state import State
from data.warehouse.snapshots import Snapshot
from services.entitlements import service_due
from services.entitlements.service_due import BACK_DAYS, longest, starts_on

EVERYTHING = 2**62


@dataclass(frozen=True)
class Wanted:
    """Services not done yet, due from two months ago to `ahead` days on; of one `service` where it is given.

    What fell due before recording began (`service_due.starts_on`) is overdue for nobody and listed only
    with `earlier`. The most overdue come first, or as `sort` says; `places` are those of the services (by
    service and grade) in the order of their words.
    """

    ahead: int = 0
    earlier: bool = False
    service: str | None = None
    sort: str = "due_on"
    descending: bool = False
    places: Mapping[tuple[str, str], int] = field(default_factory=dict)


def work_list(
    db: Snapshot,
    policy: Policy,
    state: State | None,
    scope: Scope,
    wanted: Wanted = Wanted(),
    limit: int = EVERYTHING,
) -> pd.DataFrame:
    """The first rows: `cons_no, org_no, org_name, service, grade, due_on, done_on, earlier`, and
    `listed`, how many there are in all."""
    tables, asked = _asked(db, policy, state, scope, wanted, limit)
    return queries.services_due(db, scope, tables, asked)


def work_stream(
    db: Snapshot, policy: Policy, state: State | None, scope: Scope, wanted: Wanted
) -> pa.RecordBatchReader:
    """The whole list, batch by batch, for a file."""
    return queries.services_stream(db, scope, *_asked(db, policy, state, scope, wanted))


def listed(
    db: Snapshot,
    policy: Policy,
    state: State | None,
    scope: Scope,
    first: date,
    last: date,
    of: Collection[str] | None = None,
) -> pd.DataFrame:
    """Services of the scope due from one day through another, done or not; columns as in `work_list`.

    With `of`, those of some customers.
    """
    tables = service_due.tables(db, policy, state, scope, first, last, None, of)
    asked = Listed(first, last, longest(policy), starts_on(state, scope.as_of))
    return queries.services_due(db, scope, tables, asked)


def _asked(
    db: Snapshot,
    policy: Policy,
    state: State | None,
    scope: Scope,
    wanted: Wanted,
    limit: int = EVERYTHING,
) -> tuple[ServiceTables, Listed]:
    day, start = scope.as_of, starts_on(state, scope.as_of)
    back = day - timedelta(days=BACK_DAYS)
    first, last = back if wanted.earlier else max(back, start), day + timedelta(days=wanted.ahead)
    tables = service_due.tables(db, policy, state, scope, first, last, None, None, wanted.places)
    order = {"sort": wanted.sort, "descending": wanted.descending, "limit": limit}
    chosen = {"open_only": True, "with_earlier": wanted.earlier, "service": wanted.service}
    return tables, Listed(first, last, longest(policy), start, **chosen, **order)  # type: ignore[arg-type]
