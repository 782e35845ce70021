"""The workbook writer for lists of ordinary length: cell by cell, held in memory."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cache
from typing import Any, BinaryIO

import pyarrow as pa
import xlsxwriter

from services.files.export_cells import FORMATS, WHOLE, Column, cells_of, clean, guarded, place
from services.files.export_totals import Totals, column_letters
from services.files.export_widths import MOST_TEXT, heading_points, widths
from services.files.xlsx_stream import A4, FOOTER, HEAD_FILL, Stream

Styles = Callable[..., Any]
"""The style of a number format: plain, `wrapped`, or of the row of totals (`below`)."""


def write_small(target: BinaryIO, streams: Sequence[Stream], *, title: str, made_at: datetime) -> None:
    """Write the sheets; each must fit in memory."""
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    book.set_properties({"title": title, "created": made_at})
    styles = _styles(book)
    for stream in streams:
        _small_sheet(book, stream, list(stream.batches), styles)
    book.close()


def _styles(book: Any) -> Styles:
    @cache
    def style(form: str, wrapped: bool = False, below: bool = False) -> Any:
        given: dict[str, Any] = {"num_format": form}
        if wrapped:
            given |= {"text_wrap": True, "valign": "top"}
        if below:
            given |= {"bold": True, "top": 1, "bg_color": f"#{HEAD_FILL}"}
        return book.add_format(given)

    return style


def _small_sheet(book: Any, stream: Stream, batches: Sequence[pa.RecordBatch], styles: Styles) -> None:
    page, columns = book.add_worksheet(stream.name), stream.columns
    titles = guarded(clean(pa.array([c.title for c in columns], pa.string()))).to_pylist()
    head = {"bold": True, "bg_color": f"#{HEAD_FILL}", "text_wrap": True, "valign": "vcenter", "bottom": 1}
    heads = {
        is_text: book.add_format(head if is_text else head | {"align": "right"}) for is_text in (True, False)
    }
    sizes = widths(columns, pa.concat_batches(batches) if batches else None)
    page.set_row(0, heading_points(columns, sizes))
    for index, (column, title, size) in enumerate(zip(columns, titles, sizes, strict=True)):
        page.set_column(index, index, size, styles(FORMATS["money" if column.units else column.kind]))
        page.write_string(0, index, title, heads[column.is_text])
        _cells(page, index, column, batches, styles, wrapped=size >= MOST_TEXT)
    totals = Totals(columns)
    for batch in batches:
        totals.add(batch)
    _below(page, stream, totals, styles)
    _printed(page)
    if totals.rows:
        last = column_letters(len(columns))
        page.autofilter(f"A1:{last}{totals.rows + 1}")
        page.ignore_errors({"number_stored_as_text": f"A2:{last}{totals.rows + 1}"})


def _cells(
    page: Any, index: int, column: Column, batches: Sequence[pa.RecordBatch], styles: Styles, wrapped: bool
) -> None:
    """The cells of one column below its heading."""
    style = styles(FORMATS["money" if column.units else column.kind], wrapped and column.is_text)
    whole, text = styles(FORMATS["count"]), styles(FORMATS["text"])
    write = page.write_datetime if column.kind in ("date", "time", "month") else page.write_number
    line = 0
    for batch in batches:
        kept = batch.column(WHOLE).to_pylist() if column.units else [False] * batch.num_rows
        values = cells_of(batch.column(place(batch, column)), column).to_pylist()
        for value, is_whole in zip(values, kept, strict=True):
            line += 1
            if value is None:
                continue
            if isinstance(value, str):
                page.write_string(line, index, value, style if column.is_text else text)
            elif value in (float("inf"), float("-inf")):
                page.write_string(line, index, "∞" if value > 0 else "-∞", style)
            else:
                write(line, index, value, whole if is_whole else style)


def _below(page: Any, stream: Stream, totals: Totals, styles: Styles) -> None:
    """The row of totals, outside of the filter's rows."""
    if not totals:
        return
    line, formulas = totals.rows + 1, totals.formulas()
    for index, column in enumerate(stream.columns):
        style = styles(FORMATS[column.kind], below=True)
        if index in formulas:
            formula, value = formulas[index]
            page.write_formula(line, index, f"={formula}", style, value)
        else:
            page.write_blank(line, index, None, style)
    if (said := totals.label(stream.total, stream.name, is_part=False)) is not None:
        page.write_string(line, 0, said, styles(FORMATS["text"], below=True))


def _printed(page: Any) -> None:
    page.freeze_panes(1, 0)
    page.set_landscape()
    page.set_paper(A4)
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)
    page.set_footer(FOOTER)
