"""What the extract says of few bills, of accounts and of contacts, read from a folder into what is owed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pandas as pd
import pytest

from data.ask import collection_queries as queries
from data.scope import Scope
from data.warehouse.snapshots import Snapshot, open_snapshot
from services.collection.facts import NOTHING_RECORDED, owed_of
from services.credit.policy_files import read_policy
from services.warehouse.loading import load

DAY = date(2026, 3, 20)
BILLS = """RCVBL_AMT_ID,CONS_NO,ORG_NO,RCVBL_YM,AMT_TYPE,RCVBL_AMT,RCVED_AMT,SETTLE_FLAG,PENALTY_BGN_DATE,\
RELEASE_DATE,STATUS_CODE,RCVBL_PENALTY,RCVED_PENALTY,EFFEC_DATE,GP_CODE
1,001,334,202601,01,100.00,0,01,20260210,20260120,0,5.00,0,,
2,002,334,202601,01,100.00,0,01,20260210,20260120,0,5.00,0,20260401,
3,003,334,202601,01,100.00,0,01,20260210,20260120,2,0,0,,
4,004,334,202601,01,100.00,100.00,02,20260210,20260120,0,7.50,1.25,,
5,005,334,202601,01,100.00,100.00,03,20260210,20260120,0,7.50,1.25,,
6,006,334,202601,01,60.00,0,01,20260210,20260120,0,0,0,,1
7,006,334,202601,01,60.00,0,01,20260301,20260120,0,0,0,,02
8,007,334,202601,01,90.00,10.00,02,20260401,20260120,0,0,0,,
9,008,334,202601,01,10.00,0,01,20260210,20260120,0,0,0,待定,
10,009,334,202601,01,100.00,0,01,20260210,20260120,0,0,0,,
"""
FILES = {
    "A_RCVBL_FLOW": BILLS,
    "A_GP_PLAN": "CONS_NO,RCVBL_YM,PLAN_AMT,PLAN_DATE\n"
    "007,202601,30.00,20260210\n007,202601,30.00,20260310\n007,202601,30.00,20260410\n",
    "A_ACCT_BAL": "ACCT_BAL_ID,CONS_NO,PREPAY_BAL,FREEZE_AMT,CHECK_AMT,TRANSIT_NOTE_BAL,BAL_TYPE\n"
    "1,001,50.00,10.00,5.00,,01\n2,001,500.00,,,,12\n3,009,100.00,,,40.00,01\n4,009,70.00,x,,,01\n"
    "5,009,7.00,,,,05\n",
    "C_CONS": "CONS_NO,CONS_ID,ORG_NO,CONS_SORT_CODE,MOBILE,LOW_INCOME\n"
    + "".join(f"00{n},{n},334,03,{'13912345678' if n == 5 else ''},{n % 2}\n" for n in range(1, 10)),
    "C_CONTACT": "CONTACT_ID,CONS_NO,MOBILE,CONTACT_MODE,CONTACT_PRIO,OFFICE_TEL,HOMEPHONE\n"
    "1,001,138 0000 1111,02,2,,\n2,001,12345,02,1,0571-8765 4321转8,\n3,001,13700001112,03,1,,\n"
    "4,002,138****1111,02,1,,22222222\n5,003,,01,1,,87654321\n6,005,13600001113,03,1,,\n"
    "7,006,+86 135-0000-1114,02,1,,\n",
}


def replica() -> dict[str, str]:
    """The same as a province's replica names it: `id` for keys, contacts by a relation, a state in words."""
    keys = {"A_RCVBL_FLOW": "RCVBL_AMT_ID", "A_ACCT_BAL": "ACCT_BAL_ID", "C_CONS": "CONS_ID"}
    out = {"A_GP_PLAN": FILES["A_GP_PLAN"]}
    for name, key in keys.items():
        heading, rows = FILES[name].split("\n", 1)
        out[f"m_{name.lower()}"] = f"{heading.replace(key, 'id').lower()}\n{rows}"
    bills = (
        out["m_a_rcvbl_flow"].replace("20260120,0,", "20260120,非锁定,").replace(",2,0,0", ",代扣在途,0,0")
    )
    out["m_a_rcvbl_flow"] = bills
    names = "".join(f"00{n},户{n}\n" for n in range(1, 10)).splitlines()
    heading, *people = out["m_c_cons"].splitlines()
    named = [f"{row},{name.split(',')[1]}" for row, name in zip(people, names, strict=True)]
    out["m_c_cons"] = "\n".join([f"{heading},cons_name", *named]) + "\n"
    contacts = [row.split(",") for row in FILES["C_CONTACT"].splitlines()[1:]]
    out["m_c_contact"] = "id,mobile,contact_mode,contact_prio,office_tel,homephone\n" + "".join(
        f"{','.join([row[0], *row[2:]])}\n" for row in contacts
    )
    out["m_c_cons_contact_rela"] = "id,cons_id,contact_id\n" + "".join(
        f"9{row[0]},{int(row[1])},{row[0]}\n" for row in contacts
    )
    return out


@pytest.fixture(scope="module", params=["official", "replica"])
def marked(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Snapshot]:
    place = tmp_path_factory.mktemp("marked")
    folder = place / "20260320"
    folder.mkdir()
    for name, text in (FILES if request.param == "official" else replica()).items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    load(folder, place / "warehouse")
    with open_snapshot(place / "warehouse") as db:
        yield db


def owed(db: Snapshot, day: date = DAY) -> dict[str, dict[str, Any]]:
    rows = owed_of(db, read_policy(), Scope(day), NOTHING_RECORDED.suspensions)
    return {row["cons_no"]: row for row in rows.to_dict("records")}


def test_accounts_pay_by_kind_and_what_is_bound_does_not(marked: Snapshot) -> None:
    """50 less 10 frozen and 5 locked; a deposit pays nothing, nor does an unreadable account."""
    rows = owed(marked)
    assert (rows["001"]["set_off"], rows["001"]["owed_now"]) == (3_500, 6_500)
    assert (rows["009"]["set_off"], rows["009"]["in_transit"]) == (6_000, 4_000)
    bad = marked.cursor().execute("select table_name, reason from quarantine order by all").fetchall()
    assert [table.split(".")[-1] for table, _ in bad] == ["A_ACCT_BAL", "A_RCVBL_FLOW"]


def test_a_locked_bill_is_in_a_batch_and_a_deferred_fee_waits(marked: Snapshot) -> None:
    rows = owed(marked)
    assert rows["003"]["state"] == "in_batch" and rows["003"]["in_batch"] == 10_000
    assert rows["001"]["late_fee"] == rows["003"]["late_fee"] > 0
    assert rows["002"]["late_fee"] == 0 and rows["002"]["owed_now"] == 10_000


def test_the_fee_of_a_paid_bill_is_open_until_the_extract_calls_it_settled(marked: Snapshot) -> None:
    rows = owed(marked)
    assert (rows["004"]["state"], rows["004"]["late_fee"]) == ("fee_open", 625)
    assert (rows["004"]["owed_now"], rows["004"]["days_overdue"], rows["004"]["bills"]) == (0, 0, 1)
    assert rows["005"]["state"] == "not_due" and rows["005"]["late_fee"] == 0


def test_instalments_are_one_bill_and_overdue_from_the_first_that_was_missed(marked: Snapshot) -> None:
    """10 of 90 came; of three times 30 the first lacks 20 since 10 February, the second 30 since 10 March."""
    rows = owed(marked)
    assert (rows["006"]["bills"], rows["006"]["overdue"]) == (1, 12_000)
    seven = rows["007"]
    assert (seven["overdue"], seven["open"], seven["bills"]) == (5_000, 8_000, 1)
    assert seven["due_on"] == pd.Timestamp(2026, 2, 10) and seven["days_overdue"] == 38
    assert owed(marked, date(2026, 2, 10))["007"]["overdue"] == 0
    lines = queries.bills(marked, Scope(DAY))
    assert lines["principal_open"].sum() == 10_000 * 4 + 12_000 + 8_000


def test_locks_and_open_fees_are_known_on_the_extracts_day_alone(marked: Snapshot) -> None:
    rows = owed(marked, date(2026, 3, 19))
    assert rows["003"]["in_batch"] == 0 and rows["001"]["set_off"] == 0
    assert (rows["004"]["state"], rows["004"]["late_fee"]) == (
        "owed",
        380,
    )  # without receipts it was open then


def test_whom_to_call_about_money_and_about_a_stop(marked: Snapshot) -> None:
    """The first contact's mobile is none, so that its office is called; masked numbers never are."""
    people = queries.customers(marked, Scope(DAY)).set_index("cons_key")
    names = dict(people["cons_no"])
    money = queries.contacts(marked, people.index.to_series())
    assert {(names[r.cons_key], r.phone, r.mobile) for r in money.itertuples()} == {
        ("001", "057187654321", "13800001111"),
        ("003", "87654321", ""),
        ("005", "13912345678", "13912345678"),
        ("006", "13500001114", "13500001114"),
    }
    stops = queries.contacts(marked, people.index.to_series(), for_stops=True)
    told = {names[r.cons_key]: r.phone for r in stops.itertuples()}
    assert told == {
        "001": "13700001112",
        "003": "87654321",
        "005": "13600001113",
        "006": "13500001114",
    }
    assert set(people.loc[people["has_phone"], "cons_no"]) == {"001", "003", "005", "006"}
    assert set(people.loc[people["weak"], "cons_no"]) == {"001", "003", "005", "007", "009"}
    assert marked.cursor().execute("select count(*) from fct_contact").fetchone() == (7,)  # each number once
    assert people["weak"].dtype == bool and people["has_phone"].dtype == bool
