"""Typed functions over what a period's rates are made of by customer, and what customers add to a change."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Protocol

import pandas as pd

from data.ask.queries import run
from data.ask.sql_files import Database
from data.dimensions import DECLARED
from data.scope import FILTERS, Scope

NOT_COUNTED = frozenset(FILTERS) - {"allowed_orgs", "orgs", "classes", "areas", "collectors"}
"""The filters that what a load has counted of bills cannot follow."""


class Period(Protocol):
    """What an as-of date means: bills of months up to `last_month`, the year, the month by itself."""

    @property
    def as_of(self) -> date: ...
    @property
    def year(self) -> int: ...
    @property
    def month(self) -> int: ...
    @property
    def last_month(self) -> int: ...


def key_parts(db: Database, scope: Scope, period: Period, by: str, level: int) -> pd.DataFrame:
    """The parts of the period's rates, one row per key: of bills that a load has counted, where that is known
    of the key and the filters, else in one pass over them.
    """
    more = {
        "of_as_of": period.as_of,
        "of_year": period.year,
        "of_month": period.month,
        "of_last_month": period.last_month,
    }
    asked = {DECLARED[field].key for field in NOT_COUNTED & DECLARED.keys()}
    is_counted = by not in asked and not any(getattr(scope, field) for field in NOT_COUNTED)
    return run(db, "key_parts_counted" if is_counted else "key_parts", scope, by, level, **more)


def change_customers(
    db: Database,
    scope: Scope,
    days: tuple[Period, Period],
    measure: str,
    weights: Mapping[str, float],
    limit: int,
) -> pd.DataFrame:
    """Customers whose parts of a rate's two sums weigh most on two days (now, then), by number.

    `weights` by the names of the four sums.
    """
    now, then = days
    more: dict[str, Any] = {
        "now_as_of": now.as_of,
        "now_year": now.year,
        "now_month": now.month,
        "now_last_month": now.last_month,
        "then_as_of": then.as_of,
        "then_year": then.year,
        "then_month": then.month,
        "then_last_month": then.last_month,
        "measure": measure,
        "limit": limit,
        "weight_part_now": weights["part_now"],
        "weight_whole_now": weights["whole_now"],
        "weight_part_then": weights["part_then"],
        "weight_whole_then": weights["whole_then"],
    }
    return run(db, "change_customers", scope, **more)


def change_holders(
    db: Database, scope: Scope, then: date, before: tuple[int, int], days: int, limit: int
) -> pd.DataFrame:
    """Customers whose holdings changed most since `then`; of months before those `before` (now, then)."""
    more: dict[str, Any] = {
        "then": then,
        "now_before": before[0],
        "then_before": before[1],
        "days": days,
        "limit": limit,
    }
    return run(db, "change_holders", scope, **more)
