"""Read the official monthly report that a user brings: CSV or xlsx, Chinese headings, yuan or 万元."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from decimal import Decimal
from itertools import chain, islice

import pandas as pd

from data.errors import InputError
from services.files.uploaded_table import table_rows

HEADINGS = {
    "org_no": ("org_no", "供电单位编号", "单位编号", "单位编码", "供电单位编码", "机构编号"),
    "org_name": ("org_name", "供电单位", "单位", "单位名称", "供电单位名称"),
    "billed": (
        *("billed", "应收", "应收电费", "应收金额", "当年应收", "当年应收电费"),
        *("累计应收", "累计应收电费", "本年累计应收", "本年累计应收电费", "应收累计", "应收电费本年累计"),
    ),
    "collected": (
        *("collected", "实收", "实收电费", "实收金额", "当年实收", "当年实收电费"),
        *("累计实收", "累计实收电费", "本年累计实收", "本年累计实收电费", "实收累计", "实收电费本年累计"),
    ),
    "billed_month": ("billed_month", "当月应收", "当月应收电费", "本月应收", "本月应收电费", "应收电费当月"),
    "collected_month": (
        "collected_month",
        "当月实收",
        "当月实收电费",
        "本月实收",
        "本月实收电费",
        "实收电费当月",
    ),
    "arrears": ("arrears", "欠费", "欠费金额", "欠费余额"),
    "old_debt": ("old_debt", "陈欠", "陈欠电费", "陈欠金额", "陈欠余额"),
    "households": ("households", "户数", "户次", "应收户数", "应收户次"),
}
MONEY = ("billed", "collected", "arrears", "old_debt", "billed_month", "collected_month")
COLUMNS = ["org_no", "org_name", *MONEY, "households"]
SCALES = {"": 100, "元": 100, "千元": 100_000, "万元": 1_000_000, "亿元": 10_000_000_000}
OWN_UNITS = {u: SCALES[k] for k in ("亿元", "万元", "千元", "元") for u in (k, k.removesuffix("元")) if u}
"""What one of a unit written behind a figure is in fen."""
HEADING_WITHIN, MOST_ROWS = 20, 50_000
TOTALS = ("合计", "总计", "小计", "total")


def parse_official(content: bytes, name: str, units: Mapping[str, str]) -> pd.DataFrame:
    """The report's rows: org_no, org_name, MONEY in fen, households; integers, missing where blank.

    `units` names the units by number; a row is known by its number, else by its name. A unit of amounts is
    taken from the heading (应收(万元)), else from a cell above it (单位：万元), else yuan. Rows of totals are
    left out. InputError where it cannot be read: `official_*`, `table_*`.
    """
    table = table_rows(content, name, most_rows=MOST_ROWS + 1)
    first = list(islice(table, HEADING_WITHIN))
    top, fields, scales = _heading([cells for _, cells in first], name)
    rows = []
    for read, (number, cells) in enumerate(chain(first, table)):
        if read <= top:
            continue
        if read >= MOST_ROWS:
            raise InputError("rows_too_many", name=name, most=MOST_ROWS)
        row = {f: cells[i].strip() if i < len(cells) else "" for f, i in fields.items()}
        label = row.get("org_no", "") or row.get("org_name", "")
        if not label or row.get("org_name", "") in TOTALS or label in TOTALS:
            continue
        rows.append(_values(row, scales, _unit_of(row, units, number), units, number))
    if not rows:
        raise InputError("official_empty", name=name)
    official = pd.DataFrame(rows, columns=COLUMNS).astype(dict.fromkeys((*MONEY, "households"), "Int64"))
    twice = official.loc[official["org_no"].duplicated(), "org_no"]
    if len(twice):
        raise InputError("official_unit_twice", units=sorted(set(twice)))
    return official


def _heading(table: list[list[str]], name: str) -> tuple[int, dict[str, int], dict[str, int]]:
    """The row of headings among the first twenty, its columns by field, and what one unit is worth in fen."""
    for top, cells in enumerate(table):
        fields: dict[str, int] = {}
        scales: dict[str, int] = {}
        for i, cell in enumerate(cells):
            words, unit = _split_unit(cell)
            field = next((f for f, names in HEADINGS.items() if words in names), None)
            if field and field not in fields:
                fields[field] = i
                scales[field] = SCALES[unit or _unit_above(table[:top])]
        if fields.keys() & {"org_no", "org_name"} and fields.keys() & {*MONEY, "households"}:
            return top, fields, scales
    raise InputError("official_no_heading", name=name, known=[names[1] for names in HEADINGS.values()])


def _split_unit(cell: str) -> tuple[str, str]:
    plain = unicodedata.normalize("NFKC", cell).strip().lower()
    split = re.fullmatch(r"(.+?)\s*[(\[/]\s*(亿元|万元|千元|元|户|户次)\s*[)\]]?", plain)
    if not split:
        return plain.replace(" ", ""), ""
    return split[1].strip(), split[2] if split[2] in SCALES else ""


def _unit_above(above: list[list[str]]) -> str:
    for cell in (c for cells in above for c in cells):
        unit = re.search(r"单位\s*[:：]\s*(亿元|万元|千元|元)", cell)
        if unit:
            return unit[1]
    return ""


def _unit_of(row: Mapping[str, str], units: Mapping[str, str], number: int) -> str:
    org_no = row.get("org_no", "")
    if org_no:
        if org_no in units or any(u.startswith(org_no) for u in units):
            return org_no
        raise InputError("official_unknown_unit", unit=org_no, line=number)
    wanted = row.get("org_name", "")
    fitting = [no for no, unit_name in units.items() if unit_name == wanted or no == wanted]
    if len(fitting) != 1:
        key = "official_unknown_unit" if not fitting else "official_unit_name_twice"
        raise InputError(key, unit=wanted, line=number)
    return fitting[0]


def _values(
    row: Mapping[str, str], scales: Mapping[str, int], org_no: str, units: Mapping[str, str], number: int
) -> dict[str, object]:
    values: dict[str, object] = {"org_no": org_no, "org_name": units.get(org_no) or row.get("org_name", "")}
    for field in (*MONEY, "households"):
        values[field] = _number(row.get(field, ""), scales.get(field, 1), field, number)
    return values


def figure_of(text: str, field: str, scale: int = SCALES["元"]) -> int | None:
    """A figure as it is written, in fen (a count as it is), half a fen to even; None when blank.

    Its own unit, as in 12.5万元, goes before `scale`. ValueError for what is no such figure.
    """
    bare = unicodedata.normalize("NFKC", text).replace(",", "").replace("¥", "").strip()
    if bare in ("", "-", "—", "--"):
        return None
    if field == "households":
        unit, scale = "", 1
    else:
        unit = next((u for u in OWN_UNITS if bare.endswith(u)), "")
        scale = OWN_UNITS.get(unit, scale)
    try:
        value = Decimal(bare.removesuffix(unit)) * scale
        whole = int(value.to_integral_value())
    except (ArithmeticError, ValueError) as e:
        raise ValueError(text) from e
    if abs(whole) >= 2**62 or (field == "households" and whole != value):
        raise ValueError(text)
    return whole


def _number(text: str, scale: int, field: str, line: int) -> int | None:
    try:
        return figure_of(text, field, scale)
    except ValueError as e:
        raise InputError("official_not_a_number", value=text, line=line) from e
