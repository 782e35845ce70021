"""Tell the lines of a table from what stands around it: titles above, totals and notes below, blank lines.

Nothing is dropped here: each line that is no record is named by what it is.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import Literal

Named = Literal["blank", "heading", "total", "note"]
"""What a line is that is no record; `heading`: the heading once more, as printed on every page."""

ASKED = 40
"""Lines from the top in which a heading is sought."""
SHORT = 100
"""A longer text is no heading that is worth remembering."""
KNOWN = 2
"""Headings that must be known before a line below the first is taken for the heading."""
_UNIT = r"(?:(?:金额)?单位:?)?(?:(?:人民币)?[十百千万亿]{0,2}元|角|分|千瓦时|度|KWH|YUAN|RMB|CNY|FEN)"
_UNIT_NOTE = re.compile(rf"\({_UNIT}\)$|[/_:-](?:人民币)?[十百千万亿]{{0,2}}元$")
_BRACKETS = str.maketrans("[{【〔〖]}】〕〗", "((((()))))")
_UNIT_CELL = re.compile(rf"\(?(?:{_UNIT}|万千瓦时|万度|MWH|户|户次|%)\)?")
"""A line below the heading may hold nothing but units."""
_COUNT = r"[-:(),;.0-9户笔数次条行人家个项张元角分百千万亿度瓦时KWH]*"
"""What may stand behind a total's word: 合计(户), 合计:180笔."""
_TOTAL = re.compile(
    r"(?:(?:本页|本月|本年|本期|全部|单位|总)?(?:合计|总计|小计|共计|累计|汇总)|(?:SUB|GRAND)?TOTALS?|SUM)"
    + _COUNT
)
_WHEN = r"(?:[0-9]{1,2}(?:月份?|日|季度)|(?:19|20)[0-9]{2}(?:[-年./]?[0-9]{1,2}(?:月份?)?|年)?)"
_TOTAL_OF = re.compile(rf"(?:[^0-9]*{_WHEN})?[^0-9]*(?:合计|总计|小计|共计){_COUNT}")
_NUMBER = re.compile(r"[0-9]{6}")
_DIGIT = re.compile("[0-9]")
_IDENTIFIER = re.compile(r"0[0-9]{5,}")
"""No amount begins so: where one stands, the line is of somebody who is called like a total."""
_AMOUNT = re.compile(r"[-+(]?[￥¥]?[0-9][0-9,]*[.]?[0-9]*\)?")
_CUSTOMER = re.compile(r"CONS_NO|(?:用电|电力)?(?:客户|用户)?(?:编号|户号)|(?:客户|用户)(?:号|号码|代码)")
_BEFORE = re.compile(r"序号|行号|项次|ROW_?(?:NUM|NUMBER|ID)|RN_?|#[0-9]+|.*(?:年月|月份|日期|YM|DATE)")
"""Headings of customer numbers; of running numbers and periods, which may stand before a total's word."""
_NOTE = re.compile(
    r"(?:制表|制单|审核|复核|审批|填报|填表|打印|导出|查询|统计|报表|经办|负责)[^0-9]{0,8}[:]?.*"
    r"|(?:备注|说明|注)[:].*|第[0-9]+页.*|共[0-9]+(?:条|页|行|户|笔|记录).*|.*[:][^:]*"
)
_COUNTED = r"[0-9][0-9,]*(?:行|条|笔|个|ROWS?|RECORDS?|RECORD\(S\)|ROW\(S\))"
_STROKES = re.compile(r"-{3,}|={3,}")
_CLOSING = re.compile(
    rf"[-#*/]*\(?(?:已选择|已选定|选择了|选定了|共选择|已导出|共导出|已返回|返回了?|QUERYOK,?|影响了?|受影响)*"
    rf"{_COUNTED}(?:的?记录|数据|被?(?:受影响|选择|选定)|在集合中|INSET|AFFECTED|SELECTED|RETURNED|FETCHED|EXPORTED"
    r"|UNLOADED|RETRIEVED|INRESULTSET)*\)?[.。]?(?:\([0-9.]+(?:SEC|秒|MS)\)|,?[0-9.]+(?:SEC|秒|MS))?[.。]?"
    r"|(?:未选定行|没有选定行|NOROWSSELECTED)[.。]?|EMPTYSET(?:\([0-9.]+SEC\))?"
    r"|SQL>.*|DISCONNECTEDFROM.*|从ORACLE.*断开.*|PL/SQL.*(?:成功完成|SUCCESSFULLYCOMPLETED)[.。]?"
    r"|(?:已用时间|ELAPSED|TIME|RUNTIME|COMPLETIONTIME):.*|[-=+|]{4,}"
)
"""What clients of databases write above and below the records of a query."""


@lru_cache(maxsize=10_000)
def heading_key(heading: str) -> str:
    """A heading as it is compared: full width to half, one kind of brackets, no blanks, no unit, no case."""
    return _short_key(heading) if len(heading) <= SHORT else _UNIT_NOTE.sub("", _key(heading))


@lru_cache(maxsize=10_000)
def _short_key(heading: str) -> str:
    """Every file is compared with the words of every mapping: they are the same thousand again and again."""
    return _UNIT_NOTE.sub("", _key(heading))


def _key(cell: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", cell)).upper().translate(_BRACKETS)


def bare_heading(place: int) -> str:
    """What a column without a heading is called, by its place from 1."""
    return f"#{place}"


def heading_line(rows: Sequence[Sequence[str]], known: Collection[str]) -> int | None:
    """Which of the first lines is the heading, from 0: the one with most `known` headings, each counted once.

    Where none has two of them, the first that is as wide as most lines; None where no line says anything.
    `known` are heading keys.
    """
    rows = rows[:ASKED]
    scores = [len({heading_key(cell) for cell in row} & set(known)) for row in rows]
    if scores and max(scores) >= KNOWN:
        return scores.index(max(scores))
    wide = [sum(1 for cell in row if cell.strip()) for row in rows]
    if not any(wide):
        return None
    usual = sorted(wide)[len(wide) // 2]
    return next(place for place, cells in enumerate(wide) if cells >= max(usual, 1))


def what_is(cells: Sequence[str], headings: Sequence[str], has_totals: bool = True) -> Named | None:
    """What a line below the heading is that is no record; None for a record, good or bad.

    Where a table `has_totals` not, a record may be called like one.
    """
    said = [cell.strip() for cell in cells if cell.strip()]
    if not said:
        return "blank"
    keyed = [_key(cell) for cell in said]
    keys = [_UNIT_NOTE.sub("", key) for key in keyed]
    if len(said) > 1 and keys == [heading_key(h) for h in headings if not h.startswith("#")][: len(keys)]:
        return "heading" if len(keys) >= len(headings) - 1 else None
    if all(_UNIT_CELL.fullmatch(cell) for cell in keyed):
        return "note"
    if has_totals and _is_total(keys):
        is_full = len(said) >= max(len(headings), 2)
        if not is_full or _is_full_total(keys, [heading_key(h) for h in headings]):
            return "total"
    if len(headings) > 1 and _is_of_a_client(keyed, len(headings)):
        return "note"
    if len(headings) > 2 and 2 * len(said) <= len(headings) and all(_NOTE.fullmatch(key) for key in keys):
        return "note"
    return None


def _is_of_a_client(keyed: Sequence[str], width: int) -> bool:
    """Whether a line is what a client says of its query, or the strokes below a heading.

    A thousand's comma, or one in a sentence, may have parted it.
    """
    if len(keyed) == width:
        return all(_STROKES.fullmatch(key) for key in keyed)
    return len(keyed) <= 3 and _CLOSING.fullmatch("".join(keyed)) is not None


def _is_total(keys: Sequence[str]) -> bool:
    """A cell is a total's word, and none before it is a number by which a record would be known."""
    return not any(_IDENTIFIER.fullmatch(key) for key in keys) and _begins_as_total(keys, _NUMBER)


def _is_full_total(keys: Sequence[str], headings: Sequence[str]) -> bool:
    """Whether a line without blank cells that holds a total's word is one: a cell is an amount, and there is
    no number where a customer's would be, or none before the word but a running number or a period. Else
    somebody is called so.
    """
    cells = list(zip(headings, keys, strict=False))
    if not any(_AMOUNT.fullmatch(key) for key in keys):
        return False
    if any(_CUSTOMER.fullmatch(heading) and not _DIGIT.search(key) for heading, key in cells):
        return True
    asked = [k for h, k in cells if not _BEFORE.fullmatch(h) or _TOTAL_OF.fullmatch(k.rstrip(":"))]
    return _begins_as_total(asked, _DIGIT)


def _begins_as_total(keys: Sequence[str], number: re.Pattern[str]) -> bool:
    """Whether a total's word comes before any such number."""
    for place, key in enumerate(keys):
        key = key.rstrip(":")
        if _TOTAL.fullmatch(key) or (place == 0 and _TOTAL_OF.fullmatch(key)):
            return True
        if number.search(key):
            return False
    return False
