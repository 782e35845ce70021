"""Sheets as rows of text: of every kind of workbook, of HTML tables and of XML spreadsheets.

Run in a process of its own (`data/read/sheets_apart.py`): these readers build what a stranger's file says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from data.errors import InputError

if TYPE_CHECKING:
    from lxml import etree

DIGITS = 15
"""Of a number that a spreadsheet keeps; what it had behind them is zero."""
EXACT = 1 << 53
MOST_COLUMNS = 2_000
TAIL_BYTES = 1 << 16
SS = "{urn:schemas-microsoft-com:office:spreadsheet}"
XL = "{urn:schemas-microsoft-com:office:excel}"
Row = tuple[int, list[str]]
"""Line number from 1 and cells as text."""


@dataclass(frozen=True)
class Sheet:
    """One sheet, or one table of a page: its rows of at most `width` cells, the blank ones left out."""

    name: str
    is_hidden: bool
    width: int
    rows: Iterable[Row]


def workbook_sheets(path: Path) -> Iterator[Sheet]:
    """The sheets of an xls, xlsx, xlsb or ods in their order; InputError `not_a_workbook`."""
    import python_calamine as calamine

    try:
        book = calamine.load_workbook(path)
        for number, about in enumerate(book.sheets_metadata):
            if about.typ == calamine.SheetTypeEnum.WorkSheet:
                sheet = book.get_sheet_by_index(number)
                hidden = about.visible != calamine.SheetVisibleEnum.Visible
                wide = sheet.end[1] + 1 if sheet.end else 0
                yield Sheet(about.name, hidden, wide, _workbook_rows(sheet.iter_rows))
    except calamine.PasswordError as e:
        raise InputError("workbook_locked", file=path.name) from e
    except (calamine.CalamineError, OSError) as e:
        raise InputError("not_a_workbook", file=path.name) from e


def _workbook_rows(read: Callable[[], Iterable[Sequence[object]]]) -> Iterator[Row]:
    certain = _certain_columns(read())
    for number, row in enumerate(read(), start=1):
        if any(value != "" for value in row):
            yield number, [cell_text(value, place in certain) for place, value in enumerate(row)]


def _certain_columns(rows: Iterable[Sequence[object]]) -> set[int]:
    """Columns with a number that has more digits than a spreadsheet keeps: a program wrote them all."""
    return {
        place
        for row in rows
        for place, value in enumerate(row)
        if isinstance(value, float) and 10**DIGITS <= abs(value) < EXACT and value % 10
    }


def cell_text(value: object, certain: bool = False) -> str:
    """A cell as it would be typed: whole numbers without a point, days without a time of midnight."""
    match value:
        case str():
            return value
        case bool():
            return "1" if value else "0"
        case float() | int():
            return number_text(float(value), certain)
        case datetime():
            return str(value).removesuffix(" 00:00:00")
        case date() | time() | timedelta():
            return str(value)
        case _:
            return "" if value is None else str(value)


def number_text(value: float, certain: bool = False) -> str:
    """A number of a spreadsheet by the fifteen digits that it keeps.

    One that has more is written with an exponent, as the spreadsheet itself would show it, unless they are
    `certain`: whoever reads the number of a customer or a bill refuses that.
    """
    if value.is_integer() and (abs(value) < 10**DIGITS or (certain and abs(value) < EXACT)):
        return str(int(value))
    return f"{value:.{DIGITS - 1}E}" if value.is_integer() else f"{value:.{DIGITS}g}"


def page_sheets(path: Path, encoding: str | None) -> Iterator[Sheet]:
    """The outermost tables of a page that calls itself a workbook, in their order."""
    from lxml import etree

    _refuse_cut_off(path)
    number = 0
    for _, table in etree.iterparse(
        str(path), events=("end",), tag="table", html=True, encoding=encoding, no_network=True
    ):
        if next(table.iterancestors("table"), None) is None:
            number += 1
            yield _held(f"table {number}", False, _page_rows(table))
            table.clear()


def _refuse_cut_off(path: Path) -> None:
    """InputError where no table ends after the last row that begins: the reader would end them itself."""
    with path.open("rb") as page:
        page.seek(max(path.stat().st_size - TAIL_BYTES, 0))
        tail = page.read().replace(b"\0", b"").lower()
    if tail.rfind(b"<tr") > tail.rfind(b"</table"):
        raise InputError("file_damaged", file=path.name)


def _held(name: str, hidden: bool, rows: Iterable[Row]) -> Sheet:
    held = list(rows)
    return Sheet(name, hidden, max((len(cells) for _, cells in held), default=0), held)


def _page_rows(table: etree._Element) -> Iterator[Row]:
    """Cells over several columns or rows stand in the first of them."""
    below: dict[int, int] = {}
    rows = (row for row in table.iter("tr") if next(row.iterancestors("table")) is table)
    for number, row in enumerate(rows, start=1):
        cells: list[str] = []
        for cell in row.iterchildren("td", "th"):
            _pass_over(cells, below)
            wide, deep = (_span(cell.get(name)) for name in ("colspan", "rowspan"))
            place = len(cells)
            cells += [" ".join("".join(map(str, cell.itertext())).split()), *[""] * (wide - 1)]
            below |= dict.fromkeys(range(place, place + wide), deep) if deep > 1 else {}
        _pass_over(cells, below)
        below = {place: left - 1 for place, left in below.items() if left > 1}
        if any(cells):
            yield number, cells


def _pass_over(cells: list[str], below: dict[int, int]) -> None:
    while below.get(len(cells), 0) and len(cells) < MOST_COLUMNS:
        cells.append("")


def _span(text: str | None, least: int = 1) -> int:
    """A number of columns or rows as a page says it."""
    return max(min(int(text[:6]), MOST_COLUMNS), least) if text and text.isdecimal() else least


def xml_sheets(path: Path) -> Iterator[Sheet]:
    """The sheets of a spreadsheet in XML (2003)."""
    from lxml import etree

    for _, sheet in etree.iterparse(
        str(path), events=("end",), tag=f"{SS}Worksheet", resolve_entities=False, no_network=True
    ):
        hidden = any((e.text or "").strip().startswith("SheetHidden") for e in sheet.iter(f"{XL}Visible"))
        yield _held(sheet.get(f"{SS}Name") or "", hidden, _xml_rows(sheet))
        sheet.clear()


def _xml_rows(sheet: etree._Element) -> Iterator[Row]:
    """A row or cell may say its place; what lies between is blank."""
    number = 0
    for row in sheet.iter(f"{SS}Row"):
        number = _place(row, number)
        cells: list[str] = []
        for cell in row.iterchildren(f"{SS}Cell"):
            cells += [""] * (_place(cell, len(cells)) - 1 - len(cells))
            cells.append(_xml_text(cell.find(f"{SS}Data")))
            cells += [""] * _span(cell.get(f"{SS}MergeAcross"), 0)
        if any(cells):
            yield number, cells


def _place(element: etree._Element, before: int) -> int:
    """Where a row or cell stands, from 1: never before the one that it follows."""
    return max(_span(element.get(f"{SS}Index"), 0), before + 1)


def _xml_text(data: etree._Element | None) -> str:
    if data is None:
        return ""
    text, kind = "".join(map(str, data.itertext())), data.get(f"{SS}Type")
    if kind == "DateTime":
        return text.removesuffix(".000").replace("T", " ").removesuffix(" 00:00:00")
    if kind == "Number":
        try:
            value = float(text)
        except ValueError:
            return text
        return text if text.lstrip("-").isdecimal() and abs(value) < 10**DIGITS else number_text(value)
    return text
