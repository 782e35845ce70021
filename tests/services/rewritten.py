"""Another history of the same extract: equal up to a day, and different in everything dated after it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd

SOON = 75
DATED = {
    "A_RCVED_FLOW": "RCVED_DATE",
    "A_PAY_FLOW": "CHARGE_DATE",
    "A_PREPAY_FLOW": "PREPAY_YM",
    "A_CASHCHK_FLOW": "CASHCHK_DATE",
    "A_GP_PLAN": "PLAN_DATE",
    "S_OUTAGE": "ACTUAL_DATE",
    "S_POWER_VIOLATE_STEAL": "OCCUR_TIME",
    "C_FACT": "FACT_DATE",
    "A_RCVBL_FLOW": "RELEASE_DATE",
}
"""The day of a record by table; a month is told by its six digits."""
AMOUNTS = (
    "THIS_RCVED_AMT",
    "RCV_AMT",
    "PREPAY_AMT",
    "CASHCHK_AMT",
    "PLAN_AMT",
    "ADD_AMT",
    "FACT_VALUE",
    "RCVBL_AMT",
)
STANDINGS = ("RCVED_AMT", "OWE_AMT", "SETTLE_FLAG", "RCVBL_PENALTY", "RCVED_PENALTY")
"""What a bill's record says of the day of the extract, not of the day of the bill."""


@dataclass
class History:
    """The tables of an extract by file, as text, and the day from which on they are written anew."""

    files: dict[str, pd.DataFrame]
    until: date
    random: np.random.Generator

    def of(self, table: str) -> Iterator[str]:
        """The files of a table, archives too."""
        yield from (f for f in self.files if table_of(f) == table)

    def all(self, table: str) -> pd.DataFrame:
        """A table whole."""
        return pd.concat([self.files[f] for f in self.of(table)], ignore_index=True)

    def is_later(self, table: str, frame: pd.DataFrame) -> pd.Series:
        """Which rows are dated after the day."""
        told = frame[DATED[table]].str.replace("-", "").str[:8]
        if DATED[table].endswith("YM"):  # a month is over with its last day
            return told >= f"{self.until + timedelta(days=1):%Y%m}"
        return told > f"{self.until:%Y%m%d}"

    def some(self, frame: pd.DataFrame, share: float) -> pd.DataFrame:
        """Some rows at random."""
        return frame[self.random.random(len(frame)) < share].copy()

    def days_after(self, count: int) -> list[str]:
        """So many days after the day, soon and less soon."""
        return [f"{self.until + timedelta(days=int(d)):%Y%m%d}" for d in self.random.integers(1, SOON, count)]

    def add(self, table: str, rows: pd.DataFrame) -> None:
        """Append rows to the table's live file."""
        name = f"{table}.csv"
        self.files[name] = pd.concat([self.files[name], rows[self.files[name].columns]], ignore_index=True)


def table_of(name: str) -> str:
    """The table of a file: `ARC_A_RCVED_FLOW_202412.csv` is of A_RCVED_FLOW."""
    return name.removesuffix(".csv").removeprefix("ARC_").rstrip("0123456789").rstrip("_")


def rewritten(folder: Path, to: Path, until: date, seed: int) -> None:
    """Write the extract of `folder` to another folder, with everything dated after `until` different."""
    shutil.copytree(folder, to)
    files = {f.name: pd.read_csv(f, dtype=str, keep_default_na=False) for f in sorted(to.glob("*.csv"))}
    history = History(files, until, np.random.default_rng(seed))
    for change in CHANGES:
        change(history)
    for name, frame in history.files.items():
        frame.to_csv(to / name, index=False, lineterminator="\r\n")


def _dropped_and_moved(h: History) -> None:
    """Of each table's later rows a third are gone and a third have another amount."""
    for table in DATED:
        for name in list(h.of(table)):
            frame = h.files[name]
            later, lot = h.is_later(table, frame), h.random.random(len(frame))
            for column in set(AMOUNTS) & set(frame.columns):
                scaled = frame[column].where(frame[column] != "", "0").astype(float) * (3 * lot)
                frame[column] = frame[column].where(~(later & (lot > 2 / 3)), scaled.round(2).astype(str))
            h.files[name] = frame[~(later & (lot < 1 / 3))].reset_index(drop=True)


def _standings(h: History) -> None:
    """What bills say of their standing at the extract is another one."""
    for name in list(h.of("A_RCVBL_FLOW")):
        frame = h.files[name]
        told = h.random.random(len(frame)) < 0.3
        for column in STANDINGS:
            frame[column] = frame[column].where(~told, "02" if column == "SETTLE_FLAG" else "1.00")


def _receipts_and_reversals(h: History) -> None:
    """Bills of before are paid later, twice, in part; receipts of before are reversed later."""
    bills = h.all("A_RCVBL_FLOW")
    paid = h.some(bills[~h.is_later("A_RCVBL_FLOW", bills)], 0.1)
    count = len(paid)
    h.add(
        "A_RCVED_FLOW",
        paid.assign(
            RCVED_AMT_ID=[str(9_400_000_000_000_000 + i) for i in range(count)],
            CHARGE_ID=[str(9_500_000_000_000_000 + i) for i in range(count)],
            RCVED_DATE=(days := h.days_after(count)),
            RCVED_YM=[d[:6] for d in days],
            THIS_RCVED_AMT=(paid["RCVBL_AMT"].astype(float) * h.random.random(count)).round(2).astype(str),
            THIS_PENALTY="0.00", ACCT_NO="", NOTE_ID="",
        ),
    )  # fmt: skip
    receipts = h.all("A_RCVED_FLOW")
    back = h.some(receipts[~h.is_later("A_RCVED_FLOW", receipts)], 0.05)
    h.add(
        "A_RCVED_FLOW",
        back.assign(
            RCVED_AMT_ID=[str(9_600_000_000_000_000 + i) for i in range(len(back))],
            RCVED_DATE=(days := h.days_after(len(back))),
            RCVED_YM=[d[:6] for d in days],
            THIS_RCVED_AMT=(-back["THIS_RCVED_AMT"].astype(float)).round(2).astype(str),
        ),
    )


def _new_bills(h: History) -> None:
    """Further bills, some of them of bill months before the day: a late correction is issued later."""
    bills = h.some(h.all("A_RCVBL_FLOW"), 0.03)
    count = len(bills)
    days = h.days_after(count)
    h.add(
        "A_RCVBL_FLOW",
        bills.assign(
            RCVBL_AMT_ID=[str(9_100_000_000_000_000 + i) for i in range(count)],
            CALC_ID=[str(9_300_000_000_000_000 + i) for i in range(count)],
            RELEASE_DATE=days,
            PENALTY_BGN_DATE=[f"{date.fromisoformat(d) + timedelta(days=16):%Y%m%d}" for d in days],
        ),
    )


def _events(h: History) -> None:
    """Thefts, court cases, pledges, deposits, promises and write-offs after the day."""
    people = h.files["C_CONS.csv"]
    caught = h.some(people, 0.1)["CONS_NO"].tolist()
    days = h.days_after(len(caught))
    when = [f"{date.fromisoformat(d)} 08:00:00" for d in days]
    kinds = {"ADD_PQ": "100", "ADD_AMT": "500.00", "KIND_CODE": "01"}
    h.add("S_POWER_VIOLATE_STEAL", pd.DataFrame({"CONS_NO": caught, "OCCUR_TIME": when, **kinds}))
    for fact in ("COURT_CASE", "FROZEN_AMOUNT", "EQUITY_PLEDGED", "DEPOSIT", "ABNORMAL"):
        told = h.some(people, 0.15)["CONS_NO"].tolist()
        values = {"FACT_CODE": fact, "FACT_VALUE": "7", "FACT_DATE": h.days_after(len(told))}
        h.add("C_FACT", pd.DataFrame({"CONS_NO": told, **values}))
    bills = h.all("A_RCVBL_FLOW")
    plans = h.some(bills, 0.02)
    plans = plans.assign(PLAN_AMT="10.00", PLAN_DATE=h.days_after(len(plans)))
    h.add("A_GP_PLAN", plans)
    gone = h.some(bills[~bills["RCVBL_AMT_ID"].isin(h.files["A_BAD_DEBT.csv"]["RCVBL_AMT_ID"])], 0.02)
    days = h.days_after(len(gone))
    h.add("A_BAD_DEBT", gone.assign(OWE_AMT=gone["RCVBL_AMT"], APPR_DATE=days, CANCEL_DATE=days))
    debts = h.files["A_BAD_DEBT.csv"]
    later = (debts["CANCEL_DATE"] > f"{h.until:%Y%m%d}") & (h.random.random(len(debts)) < 0.5)
    h.files["A_BAD_DEBT.csv"] = debts.assign(CANCEL_DATE=debts["CANCEL_DATE"].where(~later, ""))


def _people(h: History) -> None:
    """Who was billed by the day has another class, industry, voltage, unit today; some leave, some come."""
    bills = h.all("A_RCVBL_FLOW")
    billed = set(bills.loc[~h.is_later("A_RCVBL_FLOW", bills), "CONS_NO"])
    people = h.files["C_CONS.csv"]
    moved = people["CONS_NO"].isin(billed) & (h.random.random(len(people)) < 0.2)
    orgs = people["ORG_NO"].unique()
    others = {
        "CONS_SORT_CODE": h.random.choice(["01", "02", "03"], len(people)),
        "TRADE_CODE": h.random.choice(["3110", "6510", "9910"], len(people)),
        "VOLT_CODE": h.random.choice(["AC00101", "AC03802", "AC00351"], len(people)),
        "ORG_NO": h.random.choice(orgs, len(people)),
    }
    for column, other in others.items():
        people[column] = people[column].where(~moved, other)
    leaves = (people["CANCEL_DATE"] == "") & (h.random.random(len(people)) < 0.05)
    people["CANCEL_DATE"] = people["CANCEL_DATE"].where(~leaves, h.days_after(len(people)))
    people["STATUS_CODE"] = people["STATUS_CODE"].where(~leaves, "9")
    come = people.tail(5).assign(
        CONS_ID=[f"99{i}" for i in range(5)],
        CONS_NO=(numbers := [f"99900000{i}" for i in range(5)]),
        BUILD_DATE=h.days_after(5),
        CANCEL_DATE="",
        STATUS_CODE="0",
    )
    h.files["C_CONS.csv"] = pd.concat([people, come], ignore_index=True)
    first = bills.tail(5).assign(
        RCVBL_AMT_ID=[f"99990{i}" for i in range(5)], CALC_ID=[f"88880{i}" for i in range(5)],
        CONS_NO=numbers, RELEASE_DATE=h.days_after(5),
    )  # fmt: skip
    h.add("A_RCVBL_FLOW", first)


def _billing_snapshots(h: History) -> None:
    """Bills issued after the day were billed to another class and industry."""
    bills = h.all("A_RCVBL_FLOW")
    later = set(bills.loc[h.is_later("A_RCVBL_FLOW", bills), "CALC_ID"])
    for name in list(h.of("E_CONS_SNAP")):
        frame = h.files[name]
        moved = frame["CALC_ID"].isin(later) & (h.random.random(len(frame)) < 0.3)
        frame["CONS_SORT_CODE"] = frame["CONS_SORT_CODE"].where(~moved, "01")
        frame["TRADE_CODE"] = frame["TRADE_CODE"].where(~moved, "3110")
        frame["VOLT_CODE"] = frame["VOLT_CODE"].where(~moved, "AC00351")


CHANGES: tuple[Callable[[History], None], ...] = (
    *(_dropped_and_moved, _standings, _receipts_and_reversals, _new_bills, _events, _people),
    _billing_snapshots,
)


def with_other_todays(folder: Path, to: Path) -> None:
    """Write the extract with other values in what has no date: capacity, high energy, phones, areas."""
    shutil.copytree(folder, to)
    changes = {
        "C_CONS.csv": {"RUN_CAP": "77", "CONTRACT_CAP": "77", "HEC_INDUSTRY_CODE": "01"},
        "C_CONTACT.csv": {"MOBILE": ""},
        "C_MP.csv": {},
    }
    for name, values in changes.items():
        frame = pd.read_csv(to / name, dtype=str, keep_default_na=False)
        every_third = frame.index % 3 == 0
        for column, value in values.items():
            frame.loc[every_third, column] = value
        if name == "C_MP.csv":
            frame["TG_ID"] = list(reversed(frame["TG_ID"]))
        frame.to_csv(to / name, index=False, lineterminator="\r\n")
