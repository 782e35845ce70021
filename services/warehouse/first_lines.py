"""First lines of a stranger's table as everybody may see them: what is not known to be harmless is masked."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

from data.read.decoration import KNOWN, heading_key
from services.customers.masking import is_company, without_numbers

ADDRESSES = frozenset({"ELEC_ADDR", "MOBILE", "INST_ADDR"})
PERSONAL = frozenset({"CONS_NAME", "EMP_NAME", "ACCT_NO"})
HIDDEN = "***"
LONGEST = 40
SHORT = 8
"""The end of what is no longer is masked too: it may be all of a name."""
_HARMLESS = re.compile(
    r"[A-Z]{0,3}[0-9]{1,6}"  # a code, a small number
    r"|[-+(]?[¥￥]?(?:[0-9][,，]?){1,9}\.[0-9]{1,4}\)?-?(?:CR)?元?"
    r"|(?:19|20)[0-9]{2}[-/.年]?(?:0?[1-9]|1[0-2])(?:[-/.月]?(?:0?[1-9]|[12][0-9]|3[01])日?)?月?"
    r"(?:[ T]?[0-9]{1,2}:?[0-9]{2}(?::?[0-9]{2}(?:\.[0-9]+)?)?)?",
    re.IGNORECASE,
)
"""What says nothing of a person, whatever it is called: amounts, days and months, codes."""
_AMOUNT = re.compile(r"[-+(]?[¥￥]?[0-9,，]{1,15}\.[0-9]{1,4}\)?-?(?:CR)?元?", re.IGNORECASE)
"""What a column that is read as an amount may hold too."""
_INSTANT = re.compile(
    r"(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])(?:[01][0-9]|2[0-3])(?:[0-5][0-9]){2}"
)
"""A day with its time in 14 digits, of which some may look like a phone's number."""
_FRACTION = re.compile(r"(?<=[0-9])\.0$")
"""What a program writes behind a number that it keeps as a fraction."""
_NUMBERED = re.compile(r"[A-Z]{0,4}-?[0-9]{1,20}(?:\.0+)?", re.IGNORECASE)
"""A number by which records are known, or a large amount; a person's is left out (`without_numbers`)."""
NUMBERED = ("_NO", "_ID", "_AMT", "_PQ", "_BAL", "_PENALTY", "_CAP")
"""How columns end that hold one."""
_PERIOD = re.compile(r"(?:[0-9]{4}年?)?(?:[0-9]{1,2}月)?")
_ONE_UNIT = r"(?:人民币)?[十百千万亿]*(?:元|角|分|千?瓦时|度|户|笔)"
_UNIT = re.compile(rf"[(（]?{_ONE_UNIT}(?:[、，,/]{_ONE_UNIT})*[)）]?")
_MADE = "填报|填表|编制|制表|制单|审核|复核|审批|打印|导出|经办|经手"
_LABEL = re.compile(
    rf"(?:{_MADE}|供电|金额|查询|统计|报表|负责|主管|操作|收费|抄表|客户|用户|联系)?"
    r"(?:人员?|员|者|户名|单位|部门|日期|时间|期间|月份|年月|名称|姓名|编号|地址|电话)?"
)
"""What stands before a name, a unit or a day; it says nothing of whom it is."""
_OF_ITS_MAKER = re.compile(rf"(?:{_MADE})[^:：]{{0,4}}|.*[:：].*", re.DOTALL)
"""A cell that no heading has."""
_DIGIT = re.compile(r"[0-9０-９]")


def records(
    rows: Sequence[Sequence[str]], headings: Sequence[str], columns: Mapping[str, str]
) -> list[list[str]]:
    """Records below a heading, `columns` (heading by column) as they are read. The form of a cell must be its
    column's, since a choice may be wrong; nobody knows what the other columns hold.
    """
    official = {heading: column for column, heading in columns.items()}
    read = [official.get(heading) for heading in headings]
    return [[_shown(cell, column) for cell, column in zip(row, read, strict=False)] for row in rows]


def lines(rows: Sequence[Sequence[str]], heading: int | None, known: Collection[str] = ()) -> list[list[str]]:
    """Lines that may be titles, headings or records; the one that is read as the heading may be a record too,
    of a file that has none. `known` are heading keys.
    """
    first = next((p for p, row in enumerate(rows) if p != heading and _has_figures(row)), len(rows))
    is_chosen = heading is not None and heading >= 0 and not any(map(_is_figure, rows[heading]))
    shown = []
    for place, row in enumerate(rows):
        if place == heading:
            is_clear = is_heading(row, rows[place + 1 :], known)
        elif is_chosen and place < (heading or 0):
            is_clear = False
        else:
            is_clear = _is_known(row, known) or (place < first < len(rows) and _may_head(row, rows[first]))
        shown.append([_said(cell) if is_clear else _around(cell, known) for cell in row])
    return shown


def is_heading(row: Sequence[str], after: Sequence[Sequence[str]], known: Collection[str]) -> bool:
    """Whether a line that is read as a heading is one: known words, or words alone that stand once, above
    figures.
    """
    if _is_known(row, known):
        return True
    told = [cell.strip() for cell in row]
    if any(cell.endswith((":", "：")) for cell in told):
        return False
    again = any(
        cell and cell == other.strip() for line in after for cell, other in zip(told, line, strict=False)
    )
    return not again and not any(map(_is_figure, told)) and any(map(_has_figures, after))


def masked(cell: str) -> str:
    """What stands in the place of a heading, and may be a record's."""
    return _shown(cell, None)


def _may_head(row: Sequence[str], record: Sequence[str]) -> bool:
    """Whether a line of words may be the heading of a record: as wide, and not of who made the list."""
    told = [cell.strip() for cell in row if cell.strip()]
    is_wide = len(told) >= sum(1 for cell in record if cell.strip())
    return is_wide and not any(map(_OF_ITS_MAKER.fullmatch, told))


def _is_known(row: Sequence[str], known: Collection[str]) -> bool:
    return len({heading_key(cell) for cell in row if cell.strip()} & set(known)) >= KNOWN


def _has_figures(row: Sequence[str]) -> bool:
    return any(_DIGIT.search(cell) for cell in row)


def _is_figure(cell: str) -> bool:
    """Whether it is a number more than a word, or an address of mail."""
    return "@" in cell or (2 * len(_DIGIT.findall(cell)) > len(cell) and not _PERIOD.fullmatch(cell))


def _around(cell: str, known: Collection[str]) -> str:
    """A cell of a line that is no heading: a known word, a label or a unit; else it may be a person."""
    head = re.sub(r"\s+", "", re.split("[:：]", cell, maxsplit=1)[0])
    is_word = heading_key(head) in known or _LABEL.fullmatch(head) or _UNIT.fullmatch(head)
    return _said(cell) if head and is_word else _shown(cell, None)


def _said(cell: str) -> str:
    """A heading, or a label; what stands behind it is masked."""
    head, colon, rest = re.match(r"([^:：]*)([:：]?)(.*)", cell, re.DOTALL).groups()  # type: ignore[union-attr]
    if not rest.strip() or _UNIT.fullmatch(rest.strip()):
        return _cut(without_numbers(cell))
    return _cut(f"{without_numbers(head)}{colon}{_shown(rest, None)}")


def _shown(cell: str, column: str | None) -> str:
    cell = cell.strip()
    if not cell:
        return ""
    if column in ADDRESSES:
        return HIDDEN
    is_numbered = column is not None and column.endswith(NUMBERED)
    if column not in PERSONAL and _is_harmless(cell, is_amount=is_numbered):
        return _cut(cell)
    if is_numbered and column not in PERSONAL and _NUMBERED.fullmatch(cell):
        return _cut(without_numbers(cell))
    cell = without_numbers(cell)
    if is_company(cell):
        return _cut(cell)
    return f"{cell[0]}***{cell[-2:] if len(cell) > SHORT else ''}" if len(cell) > 1 else HIDDEN


def _is_harmless(cell: str, is_amount: bool) -> bool:
    """Whether it says nothing of a person: no number of one, kept as a fraction or with commas or not."""
    if _INSTANT.fullmatch(cell):
        return True
    whole = _FRACTION.sub("", cell)
    plain = re.sub("[,，]", "", whole)
    if without_numbers(plain) != plain:
        return False
    return bool(_HARMLESS.fullmatch(whole) or (is_amount and _AMOUNT.fullmatch(cell)))


def _cut(cell: str) -> str:
    return cell if len(cell) <= LONGEST else f"{cell[:LONGEST]}…"
