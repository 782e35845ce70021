"""Typed functions over the queries that credit grading reads."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from data.ask.sql_files import Database, frame, stream, text_of
from data.scope import Scope

COUNTER_MODES = ("01", "0101", "010101", "010201", "0201", "020101", "0301", "030101")
"""PAY_MODE at a counter, on a round or with an agent: what is not an electronic channel."""

HALF_LIFE_DAYS = 182.625
"""After this time an arrear weighs half in the recent ones."""


def indicator_ingredients(db: Database, as_of: date) -> pd.DataFrame:
    """What the indicators are computed from, one row per customer number, by cons_key."""
    ingredients = pd.concat(ingredient_batches(db, as_of), ignore_index=True)
    return ingredients.sort_values("cons_key", ignore_index=True)


def ingredient_batches(db: Database, as_of: date) -> Iterator[pd.DataFrame]:
    """The same some thousand rows at a time, in no order; at least one frame, which may be empty."""
    values = {"as_of": as_of, "counter_modes": list(COUNTER_MODES), "decay_per_day": 1 / HALF_LIFE_DAYS}
    reader = stream(db, text_of("indicator_ingredients"), values)
    came = False
    for batch in reader:
        if batch.num_rows:
            came = True
            yield batch.to_pandas()
    if not came:
        yield reader.schema.empty_table().to_pandas()


def arrears_after(db: Database, as_of: date, until: date) -> pd.DataFrame:
    """Who had a bill fall due in (as_of, until], and how many of those periods were unpaid a day later.

    An arrear is dated the day after the due date, so due dates from the as-of date on count.
    """
    return frame(db, text_of("arrears_after"), {"as_of": as_of, "until": until})


def customer_keys(db: Database, scope: Scope) -> npt.NDArray[np.int64]:
    """The keys of the scope's customers in rising order; the user's own units are among its filters."""
    keys = frame(db, text_of("customer_keys"), scope.parameters())
    return keys["cons_key"].to_numpy(dtype=np.int64)


def grade_outcomes(db: Database, as_of: date, until: date) -> pd.DataFrame:
    """By cons_key: periods due and in arrears in (as_of, until]; overdue money and what was left of it."""
    return frame(db, text_of("grade_outcomes"), {"as_of": as_of, "until": until})


def customer_holdings(db: Database, scope: Scope, measures: Path) -> pa.Table:
    """`cons_no, name` (masked)`, org_name, balance, overdue` (fen) of the scope's customers, by cons_no."""
    values = {**scope.parameters(), "measures": str(measures)}
    return stream(db, text_of("customer_holdings"), values).read_all()


def named_customers(db: Database, picked: pa.Table, limit: int) -> pa.RecordBatchReader:
    """Who the customers of a table are (`cons_key`, `overdue`, `balance` and more), most overdue first."""
    return stream(db, text_of("grade_movers"), {"limit": limit}, {"picked": picked})
