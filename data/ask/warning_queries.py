"""Typed functions over the queries of the early warning."""

from __future__ import annotations

from datetime import date

import pandas as pd

from data.ask.queries import run
from data.ask.sql_files import Database, frame, text_of
from data.scope import Scope

AMOUNTS = 10
"""Months whose money is told: the coming one and those before it."""
LATE = 6
"""Months back whose late money is told."""


def months(db: Database, as_of: date) -> pd.DataFrame:
    """By cons_key: `class` ("" unknown), bits `billed, late, long` by month back, `amount_<k>`, `late_<k>`
    (fen), `is_closed`; who was never billed has no row.
    """
    found = frame(db, text_of("warning_months"), {"as_of": as_of})
    return found.assign(**{"class": found["class"].fillna("").astype(str)})


def people(db: Database, scope: Scope) -> pd.DataFrame:
    """The scope's customers by cons_key: `cons_no, org_no, class, person` ("" unknown)."""
    found = run(db, "warning_people", scope)
    return found.assign(**{"class": found["class"].fillna("")})
