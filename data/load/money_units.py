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
    "百元": 10**4,
    "千元": 10**5,
    "万元": 10**6,
    "百万元": 10**8,
    "亿元": 10**10,
}
"""Fen of one of each unit."""
MONEY = ("_AMT", "_PENALTY", "_BAL")
"""How the columns end that hold amounts."""
_ABROAD = {"YUAN": "元", "RMB": "元", "CNY": "元", "FEN": "分"}
_WORDS = "|".join(sorted(FEN, key=len, reverse=True))
_UNIT = rf"(?:人民币)?({_WORDS})(?![\u4e00-\u9fff])"
_SAID = re.compile(
    rf"(?:单位|金额)(?:[:|]+|为|是)?{_UNIT}"
    rf"|\((?:(?:金额)?单位:?)?(?:人民币)?({_WORDS}|{'|'.join(_ABROAD)})\)(?![\u4e00-\u9fff])"
    rf"|(?:^|\|){_UNIT}(?=\||$)|以(?:人民币)?({_WORDS})(?:为单位|计)"
)


def said_units(text: str) -> set[str]:
    """The units of money that a line (its cells apart by TAB) or a heading names as such."""
    cells = unicodedata.normalize("NFKC", text).upper().split("\t")
    plain = "|".join(re.sub(r"\s+", "", cell) for cell in cells if cell.strip())
    return {_ABROAD.get(unit, unit) for found in _SAID.findall(plain) for unit in found if unit}


def fen_of_one(
    file: str, hints: Iterable[str], raw: RawFile, columns: Mapping[str, str], rule: TableRule
) -> int | None:
    """Fen of one, as the file says; None where it says nothing, or what the rule says.

    InputError `units_differ` where it says several things of its amounts, or another than its rule does.
    """
    money = {column: heading for column, heading in columns.items() if column.endswith(MONEY)}
    around = set(raw.units).union(*map(said_units, hints))
    of_column = {column: said_units(heading) for column, heading in money.items()}
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
