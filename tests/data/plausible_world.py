"""A small extract in which everything fits, to be spoilt in one place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from services.warehouse.judging import HeldError
from tests.data.load_folder import BILL, RECEIPT, loaded, text_of

CUSTOMERS, MONTHS = 30, tuple(range(202401, 202407))
CONS = ["CONS_ID", "CONS_NO", "CONS_NAME", "ORG_NO", "BUILD_DATE"]
ORG = ["ORG_NO", "ORG_NAME", "P_ORG_NO", "ORG_TYPE"]
COLUMNS = {
    "A_RCVBL_FLOW": [*BILL, "INVISIBLE_FLAG"],
    "A_RCVED_FLOW": RECEIPT,
    "C_CONS": CONS,
    "O_ORG": ORG,
    "A_ACCT_BAL": ["CONS_NO", "PREPAY_BAL"],
    "A_BAD_DEBT": ["RCVBL_AMT_ID", "CONS_NO", "OWE_AMT"],
    "S_POWER_VIOLATE_STEAL": ["CONS_NO", "OCCUR_TIME", "ADD_AMT"],
}
Rows = list[dict[str, str]]
World = dict[str, Rows]
Spoil = Callable[[World], object]


def world(months: tuple[int, ...] = MONTHS, customers: int = CUSTOMERS) -> World:
    """Every customer has a bill a month, paid by one receipt in the next."""
    bills, receipts = [], []
    for month in months:
        for n in range(customers):
            number = f"{month}{n:04d}"
            amount = f"{100 + n + month % 100}.50"
            day = f"{month + 1}{1 + n % 28:02d}"
            who = {"CONS_NO": f"00{n:06d}", "RCVBL_YM": str(month)}
            bills.append(
                {
                    "RCVBL_AMT_ID": number,
                    "AMT_TYPE": "01",
                    "ORG_NO": "33401",
                    "T_PQ": "100",
                    "RCVBL_AMT": amount,
                    "RCVED_AMT": amount,
                    "PENALTY_BGN_DATE": f"{month + 1}28",
                    "RELEASE_DATE": f"{month}25",
                    **who,
                }
            )
            paid = {"RCVED_YM": day[:6], "RCVED_DATE": day, "THIS_RCVED_AMT": amount}
            receipts.append({"RCVED_AMT_ID": f"7{number}", "RCVBL_AMT_ID": number, **who, **paid})
    customer = [
        {
            "CONS_ID": str(n),
            "CONS_NO": f"00{n:06d}",
            "CONS_NAME": f"客户{n}",
            "ORG_NO": "33401",
            "BUILD_DATE": "20100101",
        }
        for n in range(customers)
    ]
    units = [{"ORG_NO": "33401", "ORG_NAME": "城区供电所", "P_ORG_NO": "334", "ORG_TYPE": "05"}]
    return {"A_RCVBL_FLOW": bills, "A_RCVED_FLOW": receipts, "C_CONS": customer, "O_ORG": units}


def written(folder: Path, tables: Mapping[str, Rows]) -> Path:
    """The tables as files of a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in tables.items():
        (folder / f"{name}.csv").write_text(text_of(rows, COLUMNS[name]), encoding="utf-8")
    return folder


def spoilt(folder: Path, spoil: Spoil, tables: World | None = None) -> Path:
    """A folder of the world, spoilt."""
    made = tables or world()
    spoil(made)
    return written(folder, made)


def held_house(base: Path) -> None:
    """A warehouse `wh` with one published load, and one that is held: June, with receipts of no bill."""
    loaded(written(base / "20240610", world(MONTHS[:-1])), base / "wh")
    spoilt(base / "20240710", NOBODYS, world(MONTHS[-1:]))
    with pytest.raises(HeldError):
        loaded(base / "20240710", base / "wh")


def change(table: str, column: str, how: Callable[[str], str], every: int = 1) -> Spoil:
    """Write one column of a table otherwise, of each so many-th record."""

    def spoil(tables: World) -> None:
        for row in tables[table][::every]:
            row[column] = how(row[column])

    return spoil


NOBODYS = change("A_RCVED_FLOW", "RCVBL_AMT_ID", lambda number: "9" + number)
"""Receipts of no bill."""
