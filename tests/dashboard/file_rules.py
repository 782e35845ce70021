"""What every workbook that a page offers must be to who opens it: read back cell by cell."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import openpyxl
import streamlit as st
from openpyxl.worksheet.worksheet import Worksheet

from dashboard.i18n import Translator

NO_WORD = frozenset(("false", "true", "nan", "none", "<na>", "nat", "null"))
DAY_AS_TEXT = re.compile(r"\d{4}-\d\d-\d\d")
FOREIGN = {"zh": re.compile(r"[a-z]{2,}"), "en": re.compile(r"[\u3400-\u9fff]")}
ALLOWED = re.compile(r"English|[Ee]xcel|kWh|kVA|Gini|max|min")


@dataclass(frozen=True)
class Offered:
    """A workbook on offer: its file name and how it is made."""

    name: str
    make: Callable[[], bytes]


def collected(patch: Any) -> list[Offered]:
    """The workbooks that pages offer from now on, as they are drawn."""
    found: list[Offered] = []
    drawn = st.download_button

    def button(label: str, data: Any, *rest: Any, **named: Any) -> bool:
        name = named["file_name"]
        if name.endswith(".xlsx"):
            found.append(Offered(name, data if callable(data) else lambda: bytes(data)))
        return drawn(label, data, *rest, **named)

    patch.setattr(st, "download_button", button)
    return found


def broken_rules(offered: Offered, language: str, plain: bool = False) -> list[str]:
    """What is wrong with a workbook, in words; it may hold `plain` numbers, of no unit."""
    book = openpyxl.load_workbook(io.BytesIO(offered.make()))
    *tables, about = book.worksheets
    said = [*_about(about, language)] if tables else ["it has no sheet that says what it holds"]
    for sheet in tables:
        said += [f"{sheet.title}: {what}" for what in (*_printed(sheet), *_headed(sheet, language))]
        said += [f"{sheet.title}: {what}" for what in _cells(sheet, plain)]
    return [f"{offered.name}: {what}" for what in said]


def _about(sheet: Worksheet, language: str) -> Iterator[str]:
    if sheet.title != Translator(language)("downloads.manifest.sheet"):
        yield f"its last sheet is {sheet.title}"
    for row in sheet.iter_rows(values_only=True):
        if any(str(v).lower() in NO_WORD or "⟦" in str(v) for v in row):
            yield f"says {row} of itself"


def _printed(sheet: Worksheet) -> Iterator[str]:
    if sheet.page_setup.orientation != "landscape":
        yield "prints upright"
    if not sheet.sheet_properties.pageSetUpPr.fitToPage or sheet.page_setup.fitToHeight != 0:
        yield "does not fit the page's width"
    if not sheet.print_title_rows:
        yield "does not repeat its headings"
    if "&P" not in str(sheet.oddFooter.center.text) + str(sheet.oddFooter.right.text):
        yield "has no page numbers"


def _headed(sheet: Worksheet, language: str) -> Iterator[str]:
    for cell in sheet[1]:
        title = str(cell.value)
        if "⟦" in title or FOREIGN[language].search(ALLOWED.sub("", title)):
            yield f"the heading {title} is not in the reader's language"


def _cells(sheet: Worksheet, plain: bool) -> Iterator[str]:
    if sheet.max_row < 2:
        return
    for column in sheet.iter_cols(min_row=2):
        head = sheet.cell(1, column[0].column).value
        for cell in column:
            if wrong := _wrong(cell.value, cell.number_format, plain):
                yield f"{head} {cell.coordinate}: {wrong}"
                break


def _wrong(value: object, form: str, plain: bool) -> str | None:
    if isinstance(value, bool) or str(value).lower() in NO_WORD - {"none"} or value == "None":
        return f"{value!r} is no word"
    if isinstance(value, str) and DAY_AS_TEXT.search(value):
        return f"{value!r} is a day as text"
    if isinstance(value, datetime) and "yy" not in form.lower():
        return f"{value} has the format {form}"
    if isinstance(value, float) and form == "General" and not plain:
        return f"{value} has no number format"
    return None
