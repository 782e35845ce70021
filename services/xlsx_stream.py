"""The streaming workbook writer: sheet XML built from Arrow batches and written straight into a zip.

For lists too long for a cell-by-cell writer: memory is one batch, whatever the number of rows. Cells are
inline strings and numbers; every sheet has a bold frozen header with filters, widths and number formats.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO
from xml.sax.saxutils import escape, quoteattr

import pyarrow as pa
import pyarrow.compute as pc

from services.export_cells import WHOLE, Column, clean, day_of, guarded, number_of, place, text_of, time_of

ROW_LIMIT = 1_048_576
A4 = 9
FOOTER = "&L&A&R&P / &N"
"""What is printed at the foot: the sheet's name, the page and how many there are."""
_PRINT = (
    f'<pageSetup paperSize="{A4}" orientation="landscape" fitToHeight="0"/>'
    f"<headerFooter><oddFooter>{escape(FOOTER)}</oddFooter></headerFooter>"
)
_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_STYLE = {
    "number": 0,
    "money": 2,
    "rate": 3,
    "date": 4,
    "time": 5,
    "count": 6,
    "text": 7,
    "code": 7,
    "month": 7,
}
_PLAIN_FONT = '<sz val="11"/><name val="Calibri"/>'
_FILLS = (
    '<patternFill patternType="none"/>',
    '<patternFill patternType="gray125"/>',
    '<patternFill patternType="solid"><fgColor rgb="FFE7EDF3"/></patternFill>',
)
_CELLS = "".join(f'<xf numFmtId="{number}" applyNumberFormat="1"/>' for number in (4, 10, 164, 165, 3, 49))
_STYLES = (
    f'{_HEAD}<styleSheet {_MAIN}><numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/>'
    '<numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/></numFmts>'
    f'<fonts count="2"><font>{_PLAIN_FONT}</font><font><b/>{_PLAIN_FONT}</font></fonts>'
    f'<fills count="3">{"".join(f"<fill>{fill}</fill>" for fill in _FILLS)}</fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
    f'<cellXfs count="8"><xf/><xf fontId="1" fillId="2" applyFont="1" applyFill="1"/>{_CELLS}</cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)


@dataclass(frozen=True)
class Stream:
    """One sheet: its name, columns and record batches."""

    name: str
    columns: Sequence[Column]
    batches: Iterable[pa.RecordBatch]


def write_stream(
    target: Path | BinaryIO,
    streams: Iterable[Stream],
    *,
    made_at: datetime,
    progress: Callable[[int], None] | None = None,
    row_limit: int = ROW_LIMIT,
) -> None:
    """Write the sheets one after the other; one that is longer than `row_limit` goes on in further sheets."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package:
        names: list[str] = []
        written = 0
        for stream in streams:
            for part, pieces in enumerate(_parts(stream.batches, row_limit - 1)):
                names.append(stream.name if part == 0 else f"{stream.name[:26]} ({part + 1})")
                path = f"xl/worksheets/sheet{len(names)}.xml"
                with package.open(_entry(path, made_at), "w", force_zip64=True) as out:
                    out.write(_sheet_head(stream.columns).encode())
                    rows = 0
                    for batch in pieces:
                        out.write(_rows(batch, stream.columns))
                        rows += batch.num_rows
                        written += batch.num_rows
                        if progress:
                            progress(written)
                    out.write(_sheet_foot(stream.columns, rows).encode())
        for path, text in _frame(names).items():
            package.writestr(_entry(path, made_at), text)


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


def _rows(batch: pa.RecordBatch, columns: Sequence[Column]) -> Any:
    """The `<row>` elements of one batch as UTF-8 bytes, without a copy of the text."""
    if not batch.num_rows:
        return b""
    cells = [_cell(batch.column(place(batch, c)), c, _style(batch, c)) for c in columns]
    lines = pc.binary_join_element_wise("<row>", *cells, "</row>", "")
    start = lines.offset
    offsets = lines.buffers()[1]
    first = int.from_bytes(offsets[start * 4 : start * 4 + 4].to_pybytes(), "little")
    last = int.from_bytes(
        offsets[(start + len(lines)) * 4 : (start + len(lines)) * 4 + 4].to_pybytes(), "little"
    )
    return lines.buffers()[2][first:last]


def _style(batch: pa.RecordBatch, column: Column) -> Any:
    """The number of a column's style; of a column of several units, that of each row."""
    if not column.units:
        return str(_STYLE[column.kind])
    return pc.if_else(batch.column(WHOLE), str(_STYLE["count"]), str(_STYLE["money"]))


def _cell(values: Any, column: Column, style: Any) -> Any:
    if column.is_text:
        return _text_cell(text_of(values, column), style)
    if column.kind == "date":
        numbers = pc.add(day_of(values).cast(pa.int32()), 25_569).cast(pa.string())
    elif column.kind == "time":
        numbers = pc.add(pc.divide(time_of(values).cast(pa.int64()).cast(pa.float64()), 86_400.0), 25_569.0)
        numbers = numbers.cast(pa.string())
    else:
        doubles = number_of(values, column)
        numbers = doubles.cast(pa.string())
        endless = pc.is_inf(doubles)
        if pc.any(endless).as_py():
            signs = pc.if_else(pc.greater(doubles, 0.0), "∞", "-∞")
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


def _sheet_head(columns: Sequence[Column]) -> str:
    widths = "".join(
        f'<col min="{i}" max="{i}" width="{c.width}" style="{_STYLE[c.kind]}" customWidth="1"/>'
        for i, c in enumerate(columns, 1)
    )
    titles = guarded(clean(pa.array([c.title for c in columns], pa.string()))).to_pylist()
    header = "".join(
        f'<c s="1" t="inlineStr"><is><t xml:space="preserve">{escape(t)}</t></is></c>' for t in titles
    )
    pane = '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
    return (
        f'{_HEAD}<worksheet {_MAIN}><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'
        f'<sheetViews><sheetView workbookViewId="0">{pane}</sheetView></sheetViews>'
        f"<cols>{widths}</cols><sheetData><row>{header}</row>"
    )


def _sheet_foot(columns: Sequence[Column], rows: int) -> str:
    filters = f'<autoFilter ref="A1:{column_letters(len(columns))}{rows + 1}"/>' if rows else ""
    return f"</sheetData>{filters}{_PRINT}</worksheet>"


def column_letters(number: int) -> str:
    """A column's letters in a sheet: 1 is A, 27 is AA."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _frame(names: Sequence[str]) -> dict[str, str]:
    """The parts of the package around the sheets."""
    numbers = range(1, len(names) + 1)
    sheets = "".join(
        f'<sheet name={quoteattr(n)} sheetId="{i}" r:id="rId{i}"/>' for i, n in enumerate(names, 1)
    )
    parts = {f"/xl/worksheets/sheet{i}.xml": f"{_TYPES}.worksheet+xml" for i in numbers}
    parts |= {"/xl/workbook.xml": f"{_TYPES}.sheet.main+xml", "/xl/styles.xml": f"{_TYPES}.styles+xml"}
    overrides = "".join(f'<Override PartName="{p}" ContentType="{kind}"/>' for p, kind in parts.items())
    links = [f'Id="rId{i}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{i}.xml"' for i in numbers]
    links.append(f'Id="rId{len(names) + 1}" Type="{_OFFICE}/styles" Target="styles.xml"')
    package = "application/vnd.openxmlformats-package.relationships+xml"
    heads = "".join(
        f'<definedName name="_xlnm.Print_Titles" localSheetId="{i}">{escape(_quoted(n))}!$1:$1</definedName>'
        for i, n in enumerate(names)
    )
    titles = f"<definedNames>{heads}</definedNames>"
    book = f'{_HEAD}<workbook {_MAIN} xmlns:r="{_OFFICE}"><sheets>{sheets}</sheets>{titles}</workbook>'
    main = f'Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"'
    return {
        "[Content_Types].xml": f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
        f'ContentType="{package}"/><Default Extension="xml" ContentType="application/xml"/>'
        f"{overrides}</Types>",
        "_rels/.rels": _relationships([main]),
        "xl/workbook.xml": book,
        "xl/_rels/workbook.xml.rels": _relationships(links),
        "xl/styles.xml": _STYLES,
    }


def _quoted(name: str) -> str:
    doubled = name.replace("'", "''")
    return f"'{doubled}'"


def _relationships(links: Sequence[str]) -> str:
    inner = "".join(f"<Relationship {link}/>" for link in links)
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{inner}</Relationships>'
