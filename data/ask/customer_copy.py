"""One customer's rows of the marts in a small database, where a query over all customers runs at once."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from datetime import date

import duckdb
import numpy as np
import pandas as pd

from data.ask.credit_queries import COUNTER_MODES, HALF_LIFE_DAYS
from data.ask.sql_files import Database, frame, text_of
from data.warehouse.damaged_blocks import damage_told

OF_CUSTOMER = (
    *("dim_customer", "fct_bill", "fct_receipt", "fct_balance", "fct_instalment"),
    *("fct_prepay_month", "fct_violation", "fct_customer_fact"),
)
"""Tables and views that hold what belongs to one customer, by cons_key."""
WHOLE = ("dim_segment", "meta_credit")
AROUND = ("industry_due", "industry_on_time", "area_due", "area_on_time")
OWN = (("credit_around", ("credit_around_told",)),)


def ingredients_of(db: Database, cons_key: int, days: Sequence[date], around: bool) -> pd.DataFrame:
    """What the indicators are computed from for one customer, one row per day, in order; `as_of` is the day.

    The query is the one for all customers, over this customer's rows alone. What the industry and the area
    pay is added up over all its members where `around` asks for it, else unknown.
    """
    small = _copy(db, cons_key)
    try:
        text = text_of("indicator_ingredients", OWN)
        values = {"counter_modes": list(COUNTER_MODES), "decay_per_day": 1 / HALF_LIFE_DAYS}
        # Into a table: a relation would plan the long text twice for each day, once for its columns.
        for n, day in enumerate(days):
            into = "insert into ingredients" if n else "create table ingredients as"
            small.execute(f"{into} {text}", {**values, "as_of": day})
        rows = small.table("ingredients").to_arrow_table()
    finally:
        small.close()
    ingredients: pd.DataFrame = rows.to_pandas().assign(as_of=pd.to_datetime(list(days)))
    if around:
        return _with_around(db, ingredients, cons_key, days)
    return ingredients.assign(**dict.fromkeys(AROUND, np.nan))


def _copy(db: Database, cons_key: int) -> duckdb.DuckDBPyConnection:
    """The customer's rows in memory, under the names that the queries know."""
    small = duckdb.connect(config={"threads": 1})
    with damage_told(db), closing(db.cursor()) as cursor:
        own = duckdb.ColumnExpression("cons_key") == duckdb.ConstantExpression(cons_key)
        for name in (*OF_CUSTOMER, *WHOLE):
            rows = cursor.table(name)
            rows = rows.filter(own) if name in OF_CUSTOMER else rows
            small.from_arrow(rows.to_arrow_table()).create(name)
    return small


def _with_around(
    db: Database, ingredients: pd.DataFrame, cons_key: int, days: Sequence[date]
) -> pd.DataFrame:
    """What the customer's industry and area had due and paid in time, as of each day."""
    billed = ingredients["industry_due"].notna()
    ingredients = ingredients.assign(**dict.fromkeys(AROUND, np.nan))
    for industry in sorted(set(ingredients.loc[billed, "trade_code"].str[:2])):
        mine = billed & ingredients["trade_code"].fillna("").str.startswith(industry)
        given = {"days": list(days), "industry": industry}
        sums = frame(db, text_of("credit_industry_days"), given).set_index("as_of")
        for name in ("industry_due", "industry_on_time"):
            ingredients.loc[mine, name] = ingredients.loc[mine, "as_of"].map(sums[name])
    sums = frame(db, text_of("credit_area_days"), {"days": list(days), "cons_key": cons_key})
    for name in ("area_due", "area_on_time"):
        ingredients[name] = ingredients["as_of"].map(sums.set_index("as_of")[name])
    return ingredients
