"""Typed functions over the queries of collection: open lines, balances that may pay them, customers."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa

from data.ask.queries import run
from data.ask.sql_files import Database, frame, stream, text_of
from data.scope import Scope


def bills(db: Database, scope: Scope) -> pd.DataFrame:
    """Open owed lines: `cons_key, bill_key, rcvbl_ym, due_on, principal_open (fen), locked`, oldest first.

    A bill that is in transit in part has two lines.
    """
    return run(db, "collection_bills", scope)


def balances(db: Database) -> pd.DataFrame:
    """Balances of the latest extract, as `analytics.set_off.BALANCES` wants them; fen."""
    found = frame(db, text_of("collection_balances"), {})
    nothing = np.zeros(len(found), dtype=np.int64)
    return found.assign(bal_type="01", frozen=nothing, checked=nothing, transit_note=nothing)


def came(db: Database, scope: Scope, then: date) -> pd.DataFrame:
    """Of what was overdue on `then`: `cons_key, cons_no, owed, came` (fen collected by the scope's day)."""
    return run(db, "collection_came", scope, then=then)


def customers(db: Database, scope: Scope) -> pd.DataFrame:
    """Every customer number of the scope, by number.

    `cons_key, cons_no, org_no, class, elec_type, industry`, `person` (employee in charge: who collects, else
    who reads; "" unknown) and the flags `fee_control, zero_use, important, weak, has_phone, closed`.
    """
    return run(db, "collection_customers", scope)


def cut(db: Database, as_of: date) -> pd.DataFrame:
    """Whose supply the extract says is cut: `cons_no, org_no, person, cut_on`."""
    return frame(db, text_of("collection_cut"), {"as_of": as_of})


def people(db: Database, cons_keys: pd.Series[int]) -> pd.DataFrame:
    """Masked `masked_name, masked_address, masked_mobile` and `org_name` of customers, by cons_key."""
    wanted = {"wanted": pa.table({"cons_key": pa.array(cons_keys, pa.int32())})}
    found: pd.DataFrame = stream(db, text_of("collection_people"), {}, wanted).read_all().to_pandas()
    return found


def whole_people(db: Database, cons_keys: pd.Series[int]) -> pd.DataFrame:
    """Full `name`, `address` and `mobile` of customers, by cons_key ("" unknown). Record the look first."""
    wanted = {"wanted": pa.table({"cons_key": pa.array(cons_keys, pa.int32())})}
    found: pd.DataFrame = stream(db, text_of("collection_whole_people"), {}, wanted).read_all().to_pandas()
    return found
