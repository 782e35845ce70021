"""The workbook writer: sheet XML built from Arrow batches and written straight into a zip.

Memory is one batch, whatever the number of rows. Cells are inline strings and numbers; every sheet has a bold
frozen header with filters, widths and number formats.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO
from xml.sax.saxutils import escape

import pyarrow as pa
import pyarrow.compute as pc

from services.files.export_cells import WHOLE, Column, cells_of, clean, guarded, place
from services.files.export_totals import Totals, column_letters
from services.files.export_widths import MOST_TEXT, heading_points, widths
from services.files.xlsx_package import BELOW, HEAD, MAIN, STYLE, WRAPPED, package_parts

ROW_LIMIT = 1_048_576
_A4 = 9
_FOOTER = "&L&A&R&P / &N"
"""What is printed at the foot: the sheet's name, the page and how many there are."""
_PRINT = (
    f'<pageSetup paperSize="{_A4}" orientation="landscape" fitToHeight="0"/>'
    f"<headerFooter><oddFooter>{escape(_FOOTER)}</oddFooter></headerFooter>"
)


@dataclass(frozen=True)
class Stream:
    """One sheet: its name, columns, record batches, and the title of its row of totals."""

    name: str
    columns: Sequence[Column]
    batches: Iterable[pa.RecordBatch]
    total: str = ""


def write_stream(
    target: Path | BinaryIO,
    streams: Iterable[Stream],
    *,
    title: str,
    made_at: datetime,
    progress: Callable[[int], None] | None = None,
    row_limit: int = ROW_LIMIT,
) -> None:
    """Write the sheets one after the other; one that is longer than `row_limit` goes on in further sheets."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package:
        names: list[str] = []
        written = 0
        for stream in streams:
            room = row_limit - 1 - any(c.adds for c in stream.columns)
            for part, pieces in enumerate(_parts(stream.batches, room)):
                names.append(stream.name if part == 0 else f"{stream.name[:26]} ({part + 1})")
                path = f"xl/worksheets/sheet{len(names)}.xml"
                with package.open(_entry(path, made_at), "w", force_zip64=True) as out:
                    totals = Totals(stream.columns)
                    first = next(pieces, None)
                    sizes = widths(stream.columns, first)
                    out.write(_sheet_head(stream.columns, sizes).encode())
                    for batch in pieces if first is None else chain([first], pieces):
                        out.write(_rows(batch, stream.columns, sizes))
                        totals.add(batch)
                        written += batch.num_rows
                        if progress:
                            progress(written)
                    is_part = part > 0 or totals.rows == room
                    out.write(_total_row(stream, totals, names[-1], is_part).encode())
                    out.write(_sheet_foot(stream.columns, totals.rows).encode())
        for path, text in package_parts(names, title, made_at).items():
            package.writestr(_entry(path, made_at), text)


def _total_row(stream: Stream, totals: Totals, sheet: str, is_part: bool) -> str:
    """The `<row>` of totals, below the filter's rows."""
    if not totals:
        return ""
    formulas, said = totals.formulas(), totals.label(stream.total, sheet, is_part)
    cells = []
    for index, column in enumerate(stream.columns):
        style = BELOW[column.kind]
        if index in formulas:
            formula, value = formulas[index]
            cells.append(f'<c s="{style}"><f>{formula}</f><v>{value!r}</v></c>')
        elif index == 0 and said is not None:
            text = escape(said)
            cells.append(f'<c s="{BELOW["text"]}" t="inlineStr"><is><t>{text}</t></is></c>')
        else:
            cells.append(f'<c s="{style}"/>')
    return f"<row>{''.join(cells)}</row>"


def _entry(path: str, made_at: datetime) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(path, made_at.timetuple()[:6])
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


def _parts(batches: Iterable[pa.RecordBatch], limit: int) -> Iterator[Iterator[pa.RecordBatch]]:
    """The batches cut into runs of at most `limit` rows; always at least one run."""
    source = iter(batches)
    waiting: list[pa.RecordBatch] = []

    def run() -> Iterator[pa.RecordBatch]:
        room = limit
        while room:
            batch = waiting.pop() if waiting else next(source, None)
            if batch is None:
                return
            if batch.num_rows > room:
                waiting.append(batch.slice(room))
                batch = batch.slice(0, room)
            room -= batch.num_rows
            yield batch

    yield run()
    while True:
        batch = waiting.pop() if waiting else next(source, None)
        if batch is None:
            return
        if batch.num_rows:
            waiting.append(batch)
            yield run()


def _rows(batch: pa.RecordBatch, columns: Sequence[Column], sizes: Sequence[int]) -> Any:
    """The `<row>` elements of one batch as UTF-8 bytes, without a copy of the text."""
    if not batch.num_rows:
        return b""
    cells = [
        _cell(batch.column(place(batch, c)), c, _style(batch, c, size))
        for c, size in zip(columns, sizes, strict=True)
    ]
    lines = pc.binary_join_element_wise("<row>", *cells, "</row>", "")
    start = lines.offset
    offsets = lines.buffers()[1]
    first = int.from_bytes(offsets[start * 4 : start * 4 + 4].to_pybytes(), "little")
    last = int.from_bytes(
        offsets[(start + len(lines)) * 4 : (start + len(lines)) * 4 + 4].to_pybytes(), "little"
    )
    return lines.buffers()[2][first:last]


def _style(batch: pa.RecordBatch, column: Column, size: int) -> Any:
    """The number of a column's style; of a column of several units, that of each row."""
    if column.is_text and size >= MOST_TEXT:
        return str(WRAPPED)
    if not column.is_mixed:
        return str(STYLE[column.kind])
    return pc.if_else(batch.column(WHOLE), str(STYLE["count"]), str(STYLE["mixed"]))


def _cell(values: Any, column: Column, style: Any) -> Any:
    cells = cells_of(values, column)
    if pa.types.is_string(cells.type):
        return _text_cell(cells, style if column.is_text else str(STYLE["text"]))
    if pa.types.is_date32(cells.type):
        numbers = pc.add(cells.cast(pa.int32()), 25_569).cast(pa.string())
    elif pa.types.is_timestamp(cells.type):
        numbers = pc.add(pc.divide(cells.cast(pa.int64()).cast(pa.float64()), 86_400.0), 25_569.0)
        numbers = numbers.cast(pa.string())
    else:
        numbers = cells.cast(pa.string())
        endless = pc.is_inf(cells)
        if pc.any(endless).as_py():
            signs = pc.if_else(pc.greater(cells, 0.0), "∞", "-∞")
            number = pc.binary_join_element_wise('<c s="', style, '"><v>', numbers, "</v></c>", "")
            return pc.fill_null(pc.if_else(endless, _text_cell(signs, "0"), number), "<c/>")
    cell = pc.binary_join_element_wise('<c s="', style, '"><v>', numbers, "</v></c>", "")
    return pc.fill_null(cell, "<c/>")


def _text_cell(text: Any, style: str) -> Any:
    if pc.any(pc.match_substring_regex(text, "[&<>]|_x[0-9A-Fa-f]{4}_|\r")).as_py():
        text = pc.replace_substring(pc.replace_substring(text, "&", "&amp;"), "<", "&lt;")
        text = pc.replace_substring(pc.replace_substring(text, ">", "&gt;"), "\r", "&#13;")
        text = pc.replace_substring_regex(text, "_(x[0-9A-Fa-f]{4}_)", r"_x005F_\1")
    opening = f'<c s="{style}" t="inlineStr"><is><t xml:space="preserve">'
    return pc.fill_null(pc.binary_join_element_wise(opening, text, "</t></is></c>", ""), "<c/>")


def _sheet_head(columns: Sequence[Column], sizes: Sequence[int]) -> str:
    wide = "".join(
        f'<col min="{i}" max="{i}" width="{size}" style="{STYLE[c.kind]}" customWidth="1"/>'
        for i, (c, size) in enumerate(zip(columns, sizes, strict=True), 1)
    )
    titles = guarded(clean(pa.array([c.title for c in columns], pa.string()))).to_pylist()
    header = "".join(
        f'<c s="{1 if c.is_text else 2}" t="inlineStr"><is><t xml:space="preserve">{escape(t)}</t></is></c>'
        for c, t in zip(columns, titles, strict=True)
    )
    high = heading_points(columns, sizes)
    pane = '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
    return (
        f'{HEAD}<worksheet {MAIN}><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'
        f'<sheetViews><sheetView workbookViewId="0">{pane}</sheetView></sheetViews>'
        f'<cols>{wide}</cols><sheetData><row ht="{high}" customHeight="1">{header}</row>'
    )


def _sheet_foot(columns: Sequence[Column], rows: int) -> str:
    where = f"{column_letters(len(columns))}{rows + 1}"
    filters = f'<autoFilter ref="A1:{where}"/>' if rows else ""
    numbers = f'<ignoredErrors><ignoredError sqref="A2:{where}" numberStoredAsText="1"/></ignoredErrors>'
    lists = _lists(columns, rows)
    return f"</sheetData>{filters}{lists}{_PRINT}{numbers if rows else ''}</worksheet>"


def _lists(columns: Sequence[Column], rows: int) -> str:
    """The lists that cells offer, by column."""
    made = [
        f'<dataValidation type="list" allowBlank="1" showErrorMessage="1" sqref="{at}2:{at}{rows + 1}">'
        f"<formula1>{escape(quoted)}</formula1></dataValidation>"
        for i, c in enumerate(columns, 1)
        if c.choices and rows
        for at, quoted in [(column_letters(i), '"' + ",".join(c.choices).replace('"', '""') + '"')]
    ]
    return f'<dataValidations count="{len(made)}">{"".join(made)}</dataValidations>' if made else ""
