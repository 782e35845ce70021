"""Around the bills of a hostile extract: areas, collectors, owners, and codes that changed since billing."""

from __future__ import annotations

import random
from datetime import date, timedelta

from tests.oracle.raw import Row

COLUMNS = {
    "C_MP": "MP_ID CONS_ID TG_ID",
    "G_TG": "TG_ID ORG_NO TG_NO TG_NAME",
    "A_CR_SECT": "REMIND_SECT_NO ORG_NO EMP_NO STATUS_CODE",
    "A_CR_RELA": "REMIND_SECT_NO CONS_NO",
}
KINDS = ("202", "201", "405", "402", "100")
VOLTS = ("AC02202", "AC00101", "AC03802", "")
TRADES = ("0910", "0111", "9920", "3311", "")
SECTIONS = 6


def surround(rows: dict[str, list[Row]], seed: int, first: date) -> None:
    """Add the tables of `COLUMNS`, and vary codes, owners and connection days of what is there."""
    rnd = random.Random(seed * 7919 + 1)
    areas = [str(700 + n) for n in range(5)]
    rows["G_TG"] = [
        {"TG_ID": area, "ORG_NO": "33", "TG_NO": f"T{area}", "TG_NAME": f"台区{area}"} for area in areas[:-1]
    ]
    rows["A_CR_SECT"] = [
        {
            "REMIND_SECT_NO": f"R{n}",
            "ORG_NO": "33",
            "EMP_NO": f"E{n % 4}",
            "STATUS_CODE": "02" if n == SECTIONS - 1 else "01",
        }
        for n in range(SECTIONS)
    ]
    rows["C_MP"], rows["A_CR_RELA"] = [], []
    for customer in rows["C_CONS"]:
        _customer(customer, rows, rnd, areas, first)
    for snap in rows["ARC_E_CONS_SNAP"]:
        snap["ELEC_TYPE_CODE"], snap["VOLT_CODE"] = rnd.choice(KINDS), rnd.choice(VOLTS)
        snap["TRADE_CODE"] = rnd.choice(TRADES)


def _customer(
    customer: Row, rows: dict[str, list[Row]], rnd: random.Random, areas: list[str], first: date
) -> None:
    number, cons_id = customer["CONS_NO"], customer["CONS_ID"]
    customer["ELEC_TYPE_CODE"], customer["VOLT_CODE"] = rnd.choice(KINDS), rnd.choice(VOLTS)
    customer["TRADE_CODE"] = rnd.choice(TRADES)
    if rnd.random() < 0.3:
        customer["BUILD_DATE"] = ""
    elif rnd.random() < 0.4:
        customer["BUILD_DATE"] = (first + timedelta(days=rnd.randint(-250, 250))).strftime("%Y%m%d")
    for _ in range(rnd.choice((0, 1, 1, 1, 2))):
        point = str(900_000 + len(rows["C_MP"]))
        rows["C_MP"].append({"MP_ID": point, "CONS_ID": cons_id, "TG_ID": rnd.choice(areas)})
    if rnd.random() < 0.8:
        section = f"R{rnd.randrange(SECTIONS)}"
        rows["A_CR_RELA"].append({"REMIND_SECT_NO": section, "CONS_NO": number})
