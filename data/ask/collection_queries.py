"""Typed functions over the queries of collection: open lines, balances that may pay them, customers."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pyarrow as pa

from data.ask.queries import run
from data.ask.sql_files import Database, frame, stream, text_of
from data.scope import Scope


def bills(db: Database, scope: Scope) -> pd.DataFrame:
    """Open owed lines: `cons_key, bill_key, rcvbl_ym, due_on, principal_open, locked, fee_open, fee_from,
    counted_as`, oldest first; fen.

    A bill that is in transit in part has two lines, one in instalments a line for each. `fee_open`: the
    extract's, of bills whose principal is paid. `counted_as`: bill_key, of bills that are instalments of one
    the first. Locks and open fees are the latest extract's: on earlier days nobody knows them.
    """
    return run(db, "collection_bills", scope)


def balances(db: Database) -> pd.DataFrame:
    """Accounts of the latest extract, as `analytics.set_off.BALANCES` wants them; fen."""
    return frame(db, text_of("collection_balances"), {})


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


MONEY_MODES, STOP_MODES = ("02", "", "01", "03"), ("03", "02", "", "01")
"""Uses of contacts in the order in which they are tried: for money, for stops of supply."""


def contacts(db: Database, cons_keys: pd.Series[int], for_stops: bool = False) -> pd.DataFrame:
    """Whom to call about money, or a stop: `cons_key, contact_mode, phone, mobile` ("" none), one row each.

    Only numbers that can be called; whoever has none has no row. In clear: record the look first.
    """
    wanted = {"wanted": pa.table({"cons_key": pa.array(cons_keys, pa.int32())})}
    modes = {"modes": list(STOP_MODES if for_stops else MONEY_MODES)}
    found: pd.DataFrame = stream(db, text_of("collection_contacts"), modes, wanted).read_all().to_pandas()
    return found
