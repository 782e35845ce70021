"""The workbook writer for lists of ordinary length: cell by cell, held in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, BinaryIO

import pyarrow as pa
import xlsxwriter

from services.export_cells import WHOLE, Column, Kind, cells_of, clean, guarded, place
from services.xlsx_stream import A4, FOOTER, Stream, column_letters

_FORMATS: Mapping[Kind, str] = {
    "money": "#,##0.00",
    "rate": "0.00%",
    "date": "yyyy-mm-dd",
    "time": "yyyy-mm-dd hh:mm:ss",
    "count": "#,##0",
    "text": "@",
    "code": "@",
    "month": "@",
    "number": "General",
}


def write_small(target: BinaryIO, streams: Sequence[Stream], *, title: str, made_at: datetime) -> None:
    """Write the sheets; each must fit in memory."""
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    book.set_properties({"title": title, "created": made_at})
    for stream in streams:
        _small_sheet(book, stream.name, stream.columns, list(stream.batches))
    book.close()


def _small_sheet(book: Any, name: str, columns: Sequence[Column], batches: Sequence[pa.RecordBatch]) -> None:
    page = book.add_worksheet(name)
    titles = guarded(clean(pa.array([c.title for c in columns], pa.string()))).to_pylist()
    header = book.add_format({"bold": True, "bg_color": "#E7EDF3"})
    whole = book.add_format({"num_format": _FORMATS["count"]})
    rows = sum(b.num_rows for b in batches)
    for index, (column, title) in enumerate(zip(columns, titles, strict=True)):
        style = book.add_format({"num_format": _FORMATS["money" if column.units else column.kind]})
        page.set_column(index, index, column.width, style)
        page.write_string(0, index, title, header)
        write = page.write_datetime if column.kind in ("date", "time") else page.write_number
        line = 0
        for batch in batches:
            kept = batch.column(WHOLE).to_pylist() if column.units else [False] * batch.num_rows
            values = cells_of(batch.column(place(batch, column)), column).to_pylist()
            for value, is_whole in zip(values, kept, strict=True):
                line += 1
                if value is None:
                    continue
                if isinstance(value, str):
                    page.write_string(line, index, value, style)
                elif value in (float("inf"), float("-inf")):
                    page.write_string(line, index, "∞" if value > 0 else "-∞", style)
                else:
                    write(line, index, value, whole if is_whole else style)
    page.freeze_panes(1, 0)
    page.set_landscape()
    page.set_paper(A4)
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)
    page.set_footer(FOOTER)
    if rows:
        page.autofilter(f"A1:{column_letters(len(columns))}{rows + 1}")
