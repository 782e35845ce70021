"""What every workbook and CSV that is taken away must be to who opens it: read back cell by cell."""

from __future__ import annotations

import codecs
import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import openpyxl
import streamlit as st
from openpyxl.cell.cell import Cell
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.xml.functions import fromstring

from dashboard.words.i18n import LANGUAGES, Translator

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
NO_WORD = frozenset(("false", "true", "nan", "none", "<na>", "nat", "null"))
_DAY = r"\d{4}年\d{1,2}月(\d{1,2}日)?|(\d{1,2} )?[A-Z][a-z]{2} \d{4}|\d{4}-\d\d(-\d\d)?|20\d\d(0[1-9]|1[0-2])"
DAY_AS_TEXT = re.compile(rf"((至|到|to)?\s*({_DAY})( \d\d:\d\d)?\W*)+")
NUMBER_AS_TEXT = re.compile(r"[-+]?(\d[\d,]*\.\d+%?|\d+%|\d{1,3}(,\d{3})+)")
FOREIGN = {"zh": re.compile(r"[a-z]{2,}"), "en": re.compile(r"[\u3400-\u9fff]")}
ALLOWED = re.compile(r"English|[Ee]xcel|kWh|kVA|Gini|max|min")
IN_YUAN = re.compile(r"([（(，]|, )(元|yuan)[）)]")
FILE_NAME = re.compile(r"[^\\/:*?\"<>|]+_\d{8}\.xlsx")
HASH = re.compile(r"[0-9a-f]{8,}")
GRADES = ("columns.register.grade", "columns.grade", "columns.old", "columns.new")
PLAIN = frozenset(
    (
        "warning_record",
        "warning_points",
        "judgements",
        "worked",
        "registry",
        "grade_rankings",
        "grade_classes",
        "fitted",
    )
)
"""Tables of numbers that have no unit and as many decimals as they need."""
AS_IT_CAME = frozenset(
    ("messages_refused", "services_refused", "targets_refused", "quarantine", "policy_changes")
)
"""Tables that quote what a file or a policy held, as text."""
IN_WORDS = frozenset(("credit_points", "worked", "facts"))
"""Tables whose values stand in words with their unit, as one may be 是, 从未 or unknown."""


@dataclass(frozen=True)
class Offered:
    """A workbook on offer: which table, its file name, how it is made, and a key of its content."""

    table: str
    name: str
    make: Callable[[], bytes]
    key: str = ""


_HEADS: dict[tuple[str, str], str] = {}
"""The headings of CSV files by table and key: one that is offered again is not made again for them."""


def collected(patch: Any) -> list[Offered]:
    """The workbooks and CSV files that pages offer from now on, as they are drawn."""
    found: list[Offered] = []
    drawn = st.download_button

    def button(label: str, data: Any, *rest: Any, **named: Any) -> bool:
        name = named["file_name"]
        if name.endswith((".xlsx", ".csv")):
            table = re.sub(r"^download_|_(xlsx|csv|parts|made)$", "", str(named["key"]))
            make = data if callable(data) else lambda: bytes(data)
            found.append(Offered(table, name, make, str(named.get("mime", "")).partition("key=")[2]))
        return drawn(label, data, *rest, **named)

    patch.setattr(st, "download_button", button)
    return found


def opened_once(files: Sequence[Offered], seen: set[tuple[str, ...]]) -> list[str]:
    """What is wrong with the files; of each table, form and set of headings one a language is opened."""
    said: list[str] = []
    heads = {(file.table, _stem(file)): _headings(file) for file in files if file.name.endswith(".csv")}
    for file in files:
        kind = (file.table, _stem(file), file.name[-4:], heads.get((file.table, _stem(file)), ""))
        if kind not in seen:
            seen.add(kind)
            said += broken_rules(file)
    return said


def _stem(offered: Offered) -> str:
    return offered.name.split("_")[0].removesuffix(offered.name[-4:])


def _headings(offered: Offered) -> str:
    """The headings of a CSV file without its days, for a table may have other columns on another view."""
    known = (offered.table, offered.key)
    if known not in _HEADS or not offered.key:
        _HEADS[known] = re.sub(r"\d+", "", offered.make().decode("utf-8-sig").split("\r\n")[0])
    return _HEADS[known]


def broken_rules(offered: Offered) -> list[str]:
    """What is wrong with a file, in words."""
    content = offered.make()
    if offered.name.endswith(".csv"):
        return [f"{offered.table} {offered.name}: {what}" for what in _plain(content, offered.table)]
    book = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    *tables, about = book.worksheets
    language = next((x for x in LANGUAGES if Translator(x)("downloads.manifest.sheet") == about.title), "")
    if not language or not tables:
        return [f"{offered.name}: it has no sheet that says what it holds"]
    said = [*_about(about, Translator(language))]
    if not FILE_NAME.fullmatch(offered.name) or HASH.search(re.sub(r"\d{8}", "", offered.name)):
        said.append("is not called as a person would call it")
    for number, sheet in enumerate(tables, 1):
        rules = (
            *(_printed(sheet), _headed(sheet, language), _totals(formulas(content, number), sheet)),
            *(_wide(sheet), _cells(sheet, offered.table, Translator(language))),
        )
        said += [f"{sheet.title}: {what}" for rule in rules for what in rule]
    return [f"{offered.table} {offered.name}: {what}" for what in said]


def _plain(content: bytes, table: str) -> Iterator[str]:
    """CSV: opens in Excel by its mark, is in one language, and no cell is a formula or no word."""
    if not content.startswith(codecs.BOM_UTF8):
        yield "has no mark of its encoding"
    heads, *rows = csv.reader(io.StringIO(content.decode("utf-8-sig")))
    language = "zh" if re.search(FOREIGN["en"], "".join(heads)) else "en"
    t = Translator(language)
    grades = {t(key) for key in GRADES}
    for i, head in enumerate(heads):
        cells = [row[i] for row in rows]
        if "⟦" in head or FOREIGN[language].search(ALLOWED.sub("", head)):
            yield f"the heading {head} is not in the reader's language"
        if table not in AS_IT_CAME and any(c.lower() in NO_WORD for c in cells):
            yield f"{head} has a cell that is no word"
        if any(re.match(r"[=+@]|-(?![\d.])", c) for c in cells):
            yield f"{head} has a cell that is a formula"
        if IN_YUAN.search(head) and not all(re.fullmatch(r"(-?\d+\.\d\d)?", c) for c in cells):
            yield f"{head} is not in yuan with two decimals"
        if head in grades and not all(cells):
            yield f"{head} has blank cells"


def _about(sheet: Worksheet, t: Translator) -> Iterator[str]:
    lines = [(str(a), str(b)) for a, b in sheet.iter_rows(values_only=True)]
    for row in lines:
        if any(v.lower() in NO_WORD or "⟦" in v for v in row):
            yield f"says {row} of itself"
    said = dict(lines)
    if HASH.fullmatch(said[t("downloads.manifest.policy")]) is not None:
        yield "calls its policy by a hash"
    for key in ("as_of", "made_at"):
        day = said[t(f"downloads.manifest.{key}")]
        if not re.match(r"\d{4}年" if t.language == "zh" else r"\d{1,2} [A-Z]", day):
            yield f"writes its day as {day}"


def _printed(sheet: Worksheet) -> Iterator[str]:
    if sheet.page_setup.orientation != "landscape":
        yield "prints upright"
    if not sheet.sheet_properties.pageSetUpPr.fitToPage or sheet.page_setup.fitToHeight != 0:
        yield "does not fit the page's width"
    if not sheet.print_title_rows:
        yield "does not repeat its headings"
    if "&P" not in str(sheet.oddFooter.center.text) + str(sheet.oddFooter.right.text):
        yield "has no page numbers"
    if sheet.freeze_panes != "A2":
        yield "does not hold its headings"


def _headed(sheet: Worksheet, language: str) -> Iterator[str]:
    for cell in sheet[1]:
        title = str(cell.value)
        if "⟦" in title or FOREIGN[language].search(ALLOWED.sub("", title)):
            yield f"the heading {title} is not in the reader's language"
        if not (cell.font.b and cell.alignment.wrap_text):
            yield f"the heading {title} is not bold or not wrapped"
    titles = [c.value for c in sheet[1]]
    if len(set(titles)) < len(titles):
        yield f"two columns are called alike: {titles}"


def _last_row(sheet: Worksheet) -> int:
    """The last row of data: where the filter ends."""
    return int(re.sub(r".*:[A-Z]+", "", sheet.auto_filter.ref)) if sheet.auto_filter.ref else 1


def formulas(content: bytes, number: int) -> dict[str, str]:
    """The formulas of a workbook's sheet by their cells, which whoever reads its values does not see."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        part = book.read(f"xl/worksheets/sheet{number}.xml")
    found = {}
    for line, row in enumerate(fromstring(part).iter(f"{MAIN}row") if b"<f" in part else (), 1):
        for place, cell in enumerate(row, 1):
            if (formula := cell.find(f"{MAIN}f")) is not None:
                name = cell.get("r") or f"{get_column_letter(place)}{row.get('r') or line}"
                found[name] = f"={formula.text}"
    return found


def _totals(written: dict[str, str], seen: Worksheet) -> Iterator[str]:
    """Formulas are sums of their column, below the filter's rows, of money and counts alone."""
    last = _last_row(seen)
    if seen.max_row not in (last, last + 1):
        yield f"the filter ends at row {last} of {seen.max_row}"
    for place, formula in written.items():
        cell = seen[place]
        where = f"{cell.column_letter}2:{cell.column_letter}{last}"
        values = [seen.cell(r, cell.column).value for r in range(2, last + 1)]
        if cell.row != last + 1 or formula != f"=SUBTOTAL(109,{where})":
            yield f"{place} holds the formula {formula}"
        elif cell.number_format == "0.00%" or not all(
            isinstance(v, (int, float, type(None))) for v in values
        ):
            yield f"{place} adds up what does not add up"
        elif cell.value is None or round(cell.value - sum(v or 0 for v in values), 2):
            yield f"{place} says {cell.value} before it is reckoned"
        elif not (cell.font.b and cell.border.top.style):
            yield f"{place} does not stand out"


def _wide(sheet: Worksheet) -> Iterator[str]:
    for column in sheet.iter_cols(min_row=2, max_row=max(2, min(_last_row(sheet), 200))):
        texts = [str(c.value) for c in column if isinstance(c.value, str)]
        longest = max((sum(2 if ord(x) > 0x2E80 else 1 for x in text) for text in texts), default=0)
        place = column[0].column
        width = next(d.width for d in sheet.column_dimensions.values() if d.min <= place <= d.max)
        if width < min(longest, 48) or width > 60:
            yield f"{column[0].column_letter} is {width} wide for {longest} letters"


def _cells(sheet: Worksheet, table: str, t: Translator) -> Iterator[str]:
    last = _last_row(sheet)
    if last < 2:
        return
    has_unit = t("columns.unit") in [c.value for c in sheet[1]]
    grades = {t(key) for key in GRADES}
    for column in sheet.iter_cols(min_row=2, max_row=last):
        head = str(sheet.cell(1, column[0].column).value)
        if head in grades and any(c.value in (None, "") for c in column):
            yield f"{head} has blank cells"
        if len(_forms(column)) > 1 and not has_unit:
            yield f"{head} has numbers of several kinds: {_forms(column)}"
        for cell in column:
            if wrong := _wrong(cell, head, table, has_unit):
                yield f"{head} {cell.coordinate}: {wrong}"
                break


def _forms(column: Sequence[Cell]) -> set[str]:
    return {c.number_format for c in column if isinstance(c.value, (int, float))}


def _wrong(cell: Cell, head: str, table: str, has_unit: bool) -> str | None:
    value, form = cell.value, cell.number_format
    if isinstance(value, bool) or str(value).lower() in NO_WORD - {"none"} or value == "None":
        return f"{value!r} is no word"
    if isinstance(value, str) and table not in AS_IT_CAME:
        if DAY_AS_TEXT.fullmatch(value):
            return f"{value!r} is a day as text"
        if table not in IN_WORDS and NUMBER_AS_TEXT.fullmatch(value):
            return f"{value!r} is a number as text"
    if isinstance(value, datetime) and "yy" not in form.lower():
        return f"{value} has the format {form}"
    if isinstance(value, (int, float)):
        if form == "General" and table not in PLAIN:
            return f"{value} has no number format"
        if (form == "#,##0.00") != bool(IN_YUAN.search(head)) and not has_unit and table not in PLAIN:
            return f"{value} has the format {form}"
    return None
