"""Rates by area and collector from what a load has counted of bills are those of one pass over the bills."""

from __future__ import annotations

import random
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from analytics.policy import RecoveryRules
from data.ask import period_queries
from data.ask.queries import run
from data.scope import Scope
from data.warehouse.snapshots import Snapshot, open_snapshot
from services.recovery.headline import period_of

RULES = RecoveryRules()


def passed_over(db: Snapshot, scope: Scope, by: str, level: int) -> pd.DataFrame:
    period = period_of(scope, RULES)
    told = {n: getattr(period, n) for n in ("as_of", "year", "month", "last_month")}
    return run(db, "key_parts", scope, by, level, **{f"of_{n}": value for n, value in told.items()})


def codes(db: Snapshot, ask: str) -> list[Any]:
    return [row[0] for row in db.cursor().execute(ask).fetchall()]


@pytest.mark.parametrize("seed", range(4))
def test_counted_bills_are_the_bills(sample_warehouse: Path, seed: int) -> None:
    draw = random.Random(seed)
    with open_snapshot(sample_warehouse) as db:
        known = {
            "orgs": codes(db, "select org_no from dim_org order by 1"),
            "allowed_orgs": codes(db, "select org_no from dim_org order by 1"),
            "classes": codes(db, "select distinct class from dim_segment order by 1"),
            "areas": codes(db, "select distinct tg_no from dim_customer where tg_no is not null order by 1"),
            "collectors": codes(db, "select distinct emp_no from dim_employee order by 1"),
        }
        rows = 0
        for by, level in (("area", 0), ("collector", 0), ("org", draw.randrange(1, 4)), ("class", 0)):
            day = date(2026, 6, 30) - timedelta(days=draw.randrange(0, 700))
            ends = draw.random() < 0.4
            few = {name: tuple(draw.sample(found, min(3, len(found)))) for name, found in known.items()}
            chosen = {name: picked for name, picked in few.items() if draw.random() < 0.2}
            scope = Scope(day.replace(day=1) - timedelta(days=1) if ends else day, **chosen)
            counted = period_queries.key_parts(db, scope, period_of(scope, RULES), by, level)
            pd.testing.assert_frame_equal(counted, passed_over(db, scope, by, level))
            rows += len(counted)
        assert rows


@pytest.mark.parametrize("filters", [{"volts": ("AC00221",)}, {"owners": ("1",)}, {"customers": ("1",)}])
def test_what_is_not_counted_is_passed_over(
    sample_warehouse: Path, filters: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(period_queries, "run", lambda db, name, *rest, **more: asked.append(name))
    with open_snapshot(sample_warehouse) as db:
        for scope, by in ((Scope(date(2026, 5, 31), **filters), "area"), (Scope(date(2026, 5, 31)), "area")):
            period_queries.key_parts(db, scope, period_of(scope, RULES), by, 0)
        period_queries.key_parts(db, scope, period_of(scope, RULES), "owner", 0)
    assert asked == ["key_parts", "key_parts_counted", "key_parts"]
