"""In what the amounts of a file stand, as its headings and the lines around its table say: never guessed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping

from data.errors import InputError
from data.load.mapping import UNITS, TableRule
from data.load.raw_notes import RawFile

FEN = {
    "分": 1,
    "角": 10,
    "元": 100,
    "十元": 10**3,
    "百元": 10**4,
    "千元": 10**5,
    "万元": 10**6,
    "十万元": 10**7,
    "百万元": 10**8,
    "千万元": 10**9,
    "亿元": 10**10,
}
"""Fen of one of each unit."""
MONEY = ("_AMT", "_PENALTY", "_BAL")
"""How the columns end that hold amounts."""
_ABROAD = {"YUAN": "元", "RMB": "元", "CNY": "元", "FEN": "分"}
_ALONE = {"YUAN", "RMB", "CNY", "人民币", "¥"}
_BRACKETS = str.maketrans(
    dict.fromkeys("[{【〔〖「『《〈<", "(") | dict.fromkeys("]}】〕〗」』》〉>", ")") | {"圆": "元"}
)
_SET_OFF = re.compile(r"[()/\\_:\-,、·|;~\s]+")
_SPELT = tuple(
    (re.compile(rf"(?<![A-Z])(?:{latin})[\s_]*(?:YUAN|RMB|CNY)"), unit)
    for latin, unit in (("WAN", "万元"), ("QIAN|THOUSANDS?", "千元"), ("MILLIONS?", "百万元"))
)
_MANY = "十百千万亿"
_APART = re.compile(rf"(?<=[{_MANY}])\s+(?=[{_MANY}]*元)")
_BEFORE = re.compile(r"^(?:金额)?(?:单位)?[为是]?(?:人民币|RMB|CNY|¥)?")
_AT_END = re.compile(rf"([{_MANY}]*)元$")
_OTHER_MONEY = "美港欧日韩澳加新台"
_ODD = re.compile(
    rf"[{_MANY}]元|.[{_MANY}]$|(?<![部积])分$|(?<!人民)(?<!本)(?<!本位)币$|(?:YUAN|RMB|CNY)$|[$€£]"
    r"|(?<![A-Z])(?:USD|HKD|EUR|JPY|GBP|KRW|TWD|MOP|AUD|CAD|SGD|WAN|QIAN|THOUSANDS?|MILLIONS?|BILLIONS?)$"
)
"""What a part of a heading has that says a unit, or seems to, but none that is known."""
_ODD_IN_BRACKETS = re.compile(
    r"\((?:K|W|M|[×X*]10+(?:\^[0-9]+)?|10{2,}|10\^[0-9]+|'?000'?S?)\s*(?:[),、;¥元]|YUAN|RMB|CNY|$)"
)
_WORDS = "|".join(sorted(FEN, key=len, reverse=True))
_UNIT = rf"(?:人民币)?({_WORDS})(?![\u4e00-\u9fff])"
_SAID = re.compile(
    rf"(?:单位|金额)(?:[:|]+|为|是)?{_UNIT}"
    rf"|\((?:(?:金额)?单位:?)?(?:人民币)?({_WORDS}|{'|'.join(_ABROAD)})\)(?![\u4e00-\u9fff])"
    rf"|(?:^|\|){_UNIT}(?=\||$)|以(?:人民币)?({_WORDS})(?:为单位|计)"
)


def said_units(text: str) -> set[str]:
    """The units of money that a line (its cells apart by TAB) names as such."""
    cells = _even(text).split("\t")
    plain = "|".join(re.sub(r"\s+", "", cell) for cell in cells if cell.strip())
    return {_ABROAD.get(unit, unit) for found in _SAID.findall(plain) for unit in found if unit}


def heading_units(heading: str) -> tuple[set[str], bool]:
    """The units in the heading of an amount, in whatever brackets or behind whatever sign; and whether it has
    something that seems to be one and is none that is known.
    """
    plain = _APART.sub("", _even(heading))
    for spelt, unit in _SPELT:
        plain = spelt.sub(unit, plain)
    units: set[str] = set()
    is_odd = _ODD_IN_BRACKETS.search(plain) is not None
    parts = [part for part in _SET_OFF.split(plain) if part]
    for place, part in enumerate(parts):
        said, odd = _unit_of(part, place > 0, place == len(parts) - 1)
        units |= {said} if said else set()
        is_odd |= odd
    return units, is_odd


def _even(text: str) -> str:
    """Full width to half, one kind of brackets, no case."""
    return unicodedata.normalize("NFKC", text).upper().translate(_BRACKETS)


def _unit_of(part: str, is_later: bool, is_last: bool) -> tuple[str | None, bool]:
    """The unit that a part of a heading says, if any; whether it seems to say another one."""
    bare = _BEFORE.sub("", part)
    if part in _ALONE:
        return "元", False
    if found := _AT_END.search(bare):
        before, unit = bare[: found.start()], f"{found[1]}元"
        if unit == "元" and before.endswith("单"):
            return None, False
        is_odd = before in ("K", "W", "M") or before.endswith(tuple(f"{_OTHER_MONEY}0123456789"))
        is_known = unit in FEN and not is_odd
        return (unit, False) if is_known else (None, True)
    if bare in ("分", "角"):  # (分)公司, 分公司
        return (bare if is_later and is_last else None), False
    if is_later and bare == "FEN":
        return "分", False
    if is_later and bare and set(bare) <= set(_MANY):
        return (f"{bare}元", False) if f"{bare}元" in FEN else (None, True)
    return None, _ODD.search(bare) is not None


def fen_of_one(
    file: str, hints: Iterable[str], raw: RawFile, columns: Mapping[str, str], rule: TableRule
) -> int | None:
    """Fen of one, as the file says; None where it says nothing, or what the rule says.

    InputError `units_differ` where it says several things of its amounts, or another than its rule does;
    `unit_unclear` where the heading of one seems to bear a unit that is not known, and the rule says none.
    """
    money = {column: heading for column, heading in columns.items() if column.endswith(MONEY)}
    around = set(raw.units).union(*map(said_units, hints))
    found = {column: heading_units(heading) for column, heading in money.items()}
    odd = [money[column] for column, (_, is_odd) in found.items() if is_odd]
    if odd and rule.unit == "yuan":
        raise InputError("unit_unclear", file=file, heading=odd[0])
    of_column = {column: units for column, (units, _) in found.items()}
    said = around.union(*of_column.values())
    if not money or not said:
        return None
    by_rule = next(word for word, fen in FEN.items() if fen == UNITS[rule.unit])
    if rule.unit != "yuan" or not (around or all(of_column.values())):  # what bears none is by the rule
        said = said | {by_rule}
    if len(said) > 1:
        raise InputError("units_differ", file=file, units=sorted(said, key=lambda unit: FEN[unit]))
    (unit,) = said
    return None if unit == by_rule else FEN[unit]
