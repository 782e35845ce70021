"""What a bill can be grouped by: its attributes at billing, and those of its customer today."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from tests.oracle.raw import Extract, Row, day, optional

DIMENSIONS = {
    "class": "classes",
    "elec_type": "elec_types",
    "volt": "volts",
    "industry": "industries",
    "pay_mode": "pay_modes",
    "area": "areas",
    "collector": "collectors",
    "owner": "owners",
}
"""Each with its field in a filter."""
BY_PREFIX = ("elec_type", "industry", "pay_mode")


@dataclass(frozen=True)
class Attributes:
    """Texts, empty where nothing is known; area, collector and owner are the customer's of today."""

    klass: str = ""
    elec_type: str = ""
    volt: str = ""
    industry: str = ""
    pay_mode: str = ""
    area: str = ""
    collector: str = ""
    owner: str = ""

    def of(self, dimension: str) -> str:
        """The key in a dimension of comparisons."""
        return str(getattr(self, "klass" if dimension == "class" else dimension))


class Lookup:
    """The rows of an extract from which a bill's attributes come."""

    def __init__(self, got: Extract) -> None:
        rows = got.rows
        self._snaps = {_cell(r, "CALC_ID"): r for r in rows.get("ARC_E_CONS_SNAP", [])}
        self._today = {_cell(r, "CONS_NO"): r for r in rows.get("C_CONS", [])}
        numbers = {_cell(r, "TG_ID"): _cell(r, "TG_NO") for r in rows.get("G_TG", [])}
        points: dict[str, list[str]] = defaultdict(list)
        for r in rows.get("C_MP", []):
            if _cell(r, "TG_ID"):
                points[_cell(r, "CONS_ID")].append(_cell(r, "TG_ID"))
        self._areas = {cons_id: numbers.get(min(ids), "") for cons_id, ids in points.items()}
        people = {
            _cell(r, "REMIND_SECT_NO"): _cell(r, "EMP_NO")
            for r in rows.get("A_CR_SECT", [])
            if _cell(r, "STATUS_CODE") in ("", "01")
        }
        self._collectors = {
            _cell(r, "CONS_NO"): people.get(_cell(r, "REMIND_SECT_NO"), "") for r in rows.get("A_CR_RELA", [])
        }

    def of(self, bill: Row) -> Attributes:
        """The attributes of one receivable."""
        number = _cell(bill, "CONS_NO")
        then, now = self._snaps.get(_cell(bill, "CALC_ID"), {}), self._today.get(number, {})

        def first(column: str, *sources: Row) -> str:
            return next((text for row in sources if (text := _cell(row, column))), "")

        return Attributes(
            klass=first("CONS_SORT_CODE", then, bill, now),
            elec_type=first("ELEC_TYPE_CODE", then, bill, now),
            volt=first("VOLT_CODE", then, now),
            industry=first("TRADE_CODE", then, now),
            pay_mode=_cell(bill, "PAY_MODE"),
            area=self._areas.get(_cell(now, "CONS_ID"), "") if now else "",
            collector=self._collectors.get(number, ""),
            owner=_cell(now, "CUST_ID"),
        )

    def connected(self) -> dict[str, date | None]:
        """The day on which each listed customer was connected, None where it is not known."""
        found = {}
        for number, row in self._today.items():
            on = optional(day, row, "BUILD_DATE")
            found[number] = on if isinstance(on, date) else None
        return found


def _cell(row: Row, column: str) -> str:
    return row.get(column, "").strip()
