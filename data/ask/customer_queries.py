"""Typed functions over the customer queries; lists run on a Parquet file of measures beside the snapshot.

No name, address or phone leaves here whole, except by `whole_name`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from data.ask.sql_files import Database, frame, stream, text_of
from data.errors import InputError
from data.kept.kept_files import is_kept, keep
from data.scope import Scope

FILTERED = ("customer_filtered", ("customer_filtered", "customer_where_ranges", "customer_where_facts"))
STANDING = ("standing", ("customer_standing",))
NO_STANDING = ("standing", ("customer_no_standing",))
WHOLE_LIST = ("page", ("customer_page_all",))
PAGE = ("page", ("customer_page", "customer_page_standing"))
NO_STANDING_PAGE = ("page", ("customer_page", "customer_page_no_standing"))
RANKED = {"grade": "grade_rank", "light": "light_rank"}
"""What a list is ordered by where a column's words are not its order."""
PICKED = ("customer_picked", ("customer_picked",))
FIRST_ROWS = 5_000
"""How many rows of a whole list are found by themselves, so that its file begins before all are in order."""

PIECE = 250_000
"""So many customers are measured in one query: progress moves with the work."""

Progress = Callable[[int], None]


def measures_path(graded: Path, snapshot: str, as_of: date) -> Path:
    """Where the measures of a snapshot on a day lie; another query text is another file."""
    texts = text_of("customer_few") + text_of("customer_measures")
    text = hashlib.sha256(texts.encode()).hexdigest()[:8]
    return graded / snapshot / "measures" / f"{as_of.isoformat()}.{text}.parquet"


def ensure_measures(
    db: Database, graded: Path, snapshot: str, as_of: date, progress: Progress | None = None
) -> Path:
    """The file with every customer's measures on a day, made when it is not there, all or nothing.

    EnvironmentRefusedError `measures_not_writable` where the folder cannot be written.
    """
    path = measures_path(graded, snapshot, as_of)

    def write(part: Path) -> None:
        end = int(frame(db, text_of("customer_bound"), {})["end_key"].iloc[0])
        _make(db, part, as_of, range(max(end, 1)), progress)

    return keep(path, write)


def ensure_measures_of(db: Database, graded: Path, snapshot: str, as_of: date, cons_no: str) -> Path:
    """A file with at least one customer's measures on a day: everybody's where it is there, else their own.

    InputError `customer_unknown`; EnvironmentRefusedError `measures_not_writable`.
    """
    whole = measures_path(graded, snapshot, as_of)
    if is_kept(whole):
        return whole
    keys = frame(db, text_of("customer_key"), {"cons_no": cons_no})
    if keys.empty:
        raise InputError("customer_unknown")
    key = int(keys["cons_key"].iloc[0])
    own = whole.with_suffix("") / f"{key}.parquet"
    return keep(own, lambda part: _make(db, part, as_of, range(key, key + 1), None))


def _make(db: Database, part: Path, as_of: date, asked: range, progress: Progress | None) -> None:
    sql, done = text_of("customer_measures"), 0
    whole = {"as_of": as_of, "first_key": asked.start, "end_key": asked.stop}
    few = {"few_receipts": stream(db, text_of("customer_few"), whole).read_all()}
    with ExitStack() as opened:
        writer: pq.ParquetWriter | None = None
        for first in asked[::PIECE]:
            keys = {"first_key": first, "end_key": min(first + PIECE, asked.stop)}
            reader = stream(db, sql, {"as_of": as_of, **keys}, few)
            if writer is None:
                writer = opened.enter_context(pq.ParquetWriter(part, reader.schema, compression="snappy"))
            for batch in reader:
                writer.write_batch(batch)
                done += batch.num_rows
            if progress:
                progress(done)


def _list_sql(sort: str, descending: bool, is_page: bool, standing: Path | None) -> str:
    """The list's text; `sort` is one of the registered columns, never what a reader typed."""
    if not sort.isidentifier():
        raise KeyError(sort)
    page = (NO_STANDING_PAGE if standing is None else PAGE) if is_page else WHOLE_LIST
    text = text_of("customer_rows", (FILTERED, _standing(standing), page))
    return text.replace("sort_column asc", f"{RANKED.get(sort, sort)} {'desc' if descending else 'asc'}")


def _standing(path: Path | None) -> tuple[str, tuple[str, ...]]:
    return NO_STANDING if path is None else STANDING


def rows(
    db: Database,
    scope: Scope,
    chosen: Mapping[str, Any],
    *,
    measures: Path,
    standing: Path | None,
    sort: str,
    descending: bool,
    limit: int,
    offset: int,
) -> pd.DataFrame:
    """One page of the customers that the filters leave, one row each; `chosen` are the list's parameters.

    With `standing`, the file of grades and lights, also `grade` (`-` and the reason where there is none),
    `grade_from`, `score` and `light`.
    """
    values = _values(scope, chosen, measures, standing) | {"limit": limit, "offset": offset}
    return frame(db, _list_sql(sort, descending, True, standing), values)


def all_rows(
    db: Database,
    scope: Scope,
    chosen: Mapping[str, Any],
    *,
    measures: Path,
    standing: Path | None,
    sort: str,
    descending: bool,
) -> pa.RecordBatchReader:
    """All customers that the filters leave, batch by batch, with the columns of `rows`.

    The first of them are asked as a page is, which takes a fraction of putting all in order: the order is
    total, so the rest is the whole list without as many rows.
    """
    values = _values(scope, chosen, measures, standing)
    page = _list_sql(sort, descending, True, standing)
    first = stream(db, page, values | {"limit": FIRST_ROWS, "offset": 0})

    def batches() -> Iterator[pa.RecordBatch]:
        given = 0
        for batch in first:
            given += batch.num_rows
            yield batch
        if given < FIRST_ROWS:
            return
        for batch in stream(db, _list_sql(sort, descending, False, standing), values):
            known = min(given, batch.num_rows)
            given -= known
            if known < batch.num_rows:
                yield batch.slice(known)

    return pa.RecordBatchReader.from_batches(first.schema, batches())


def totals(
    db: Database, scope: Scope, chosen: Mapping[str, Any], *, measures: Path, standing: Path | None
) -> dict[str, int]:
    """`customers`, `overdue_customers`, and `balance` and `overdue` (fen) of those that the filters leave."""
    text = text_of("customer_totals", (FILTERED, _standing(standing)))
    sums = frame(db, text, _values(scope, chosen, measures, standing))
    return {str(name): int(value) for name, value in sums.iloc[0].items()}


def _values(scope: Scope, chosen: Mapping[str, Any], measures: Path, standing: Path | None) -> dict[str, Any]:
    return {**scope.parameters(), **chosen, "measures": str(measures), "standing": str(standing)}


def mission(
    db: Database,
    scope: Scope,
    nothing: Mapping[str, Any],
    *,
    measures: Path,
    window: str,
    many: int,
    kind: str,
    limit: int,
) -> pa.RecordBatchReader:
    """Customers of the plain list, most arrears first.

    `window` 12m or year, `kind` arrears, theft, both, either, unknown.
    """
    more = {"measures": str(measures), "window": window, "many": many, "kind": kind, "limit": limit}
    text = text_of("customer_mission", (FILTERED, PICKED))
    return stream(db, text, {**scope.parameters(), **nothing, **more})


def mission_totals(
    db: Database, scope: Scope, nothing: Mapping[str, Any], *, measures: Path, window: str, many: int
) -> dict[str, int]:
    """How many are on each part of the plain list, and what they owe past due (fen)."""
    text = text_of("customer_mission_totals", (FILTERED, PICKED))
    values = {**scope.parameters(), **nothing, "measures": str(measures), "window": window, "many": many}
    return {str(name): int(value) for name, value in frame(db, text, values).iloc[0].items()}


def choices(db: Database, scope: Scope) -> pd.DataFrame:
    """Codes that occur, one row per (key, code), with `customers`."""
    return frame(db, text_of("customer_choices"), scope.only().parameters())


def one(db: Database, scope: Scope, cons_no: str, *, measures: Path) -> dict[str, Any]:
    """What is known of one customer in the reader's own units, masked; InputError `customer_unknown`."""
    values = {**scope.only().parameters(), "cons_no": cons_no, "measures": str(measures)}
    customer = frame(db, text_of("customer_one"), values)
    if customer.empty:
        raise InputError("customer_unknown")
    row = customer.iloc[0]
    return {str(k): None if pd.isna(v) else v for k, v in row.items()}


def in_reach(db: Database, scope: Scope, cons_no: str) -> bool:
    """Whether the number is a customer's of the units that the reader may see."""
    asked = {**scope.only().parameters(), "cons_no": cons_no}
    return bool(frame(db, text_of("customer_in_reach"), asked)["in_reach"].iloc[0])


def out_of_reach(db: Database, cons_nos: Iterable[str], allowed_orgs: tuple[str, ...]) -> list[str]:
    """Of some customer numbers those that are no customers' of the units (empty: all), in order."""
    asked = {"cons_nos": list(cons_nos), "allowed_orgs": list(allowed_orgs)}
    return [str(n) for n in frame(db, text_of("customers_out_of_reach"), asked)["cons_no"]]


def in_charge(db: Database, cons_nos: Iterable[str]) -> pd.DataFrame:
    """Who is in charge of some customers: cons_no, org_no, person (employee number, '' where nobody is)."""
    return frame(db, text_of("customers_in_charge"), {"cons_nos": list(cons_nos)})


def whole_name(db: Database, scope: Scope, cons_no: str) -> dict[str, str]:
    """Full `name`, `address` and `mobile` of one customer. Record the look first."""
    names = frame(db, text_of("customer_whole"), {**scope.only().parameters(), "cons_no": cons_no})
    if names.empty:
        raise InputError("customer_unknown")
    return {str(k): "" if pd.isna(v) else str(v) for k, v in names.iloc[0].items()}


def bills(db: Database, cons_key: int, as_of: date) -> pd.DataFrame:
    """Bills of one customer, one row each, newest first; fen."""
    return frame(db, text_of("customer_bills"), {"cons_key": cons_key, "as_of": as_of})


def receipts(db: Database, cons_key: int, as_of: date) -> pd.DataFrame:
    """Receipt lines of one customer, one row each, newest first; fen."""
    return frame(db, text_of("customer_receipts"), {"cons_key": cons_key, "as_of": as_of})


def events(db: Database, cons_key: int, as_of: date) -> pd.DataFrame:
    """Thefts, violations, cuts and items in transit of one customer, one row each, newest first."""
    return frame(db, text_of("customer_events"), {"cons_key": cons_key, "as_of": as_of})


def timeline(db: Database, cons_key: int, as_of: date) -> pd.DataFrame:
    """`open` and `overdue` fen of one customer at each `day` on which they changed."""
    return frame(db, text_of("customer_timeline"), {"cons_key": cons_key, "as_of": as_of})
