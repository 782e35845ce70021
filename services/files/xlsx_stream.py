"""The streaming workbook writer: sheet XML built from Arrow batches and written straight into a zip.

For lists too long for a cell-by-cell writer: memory is one batch, whatever the number of rows. Cells are
inline strings and numbers; every sheet has a bold frozen header with filters, widths and number formats.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import IO, Any, BinaryIO
from xml.sax.saxutils import escape, quoteattr

import pyarrow as pa
import pyarrow.compute as pc

from services.files.export_cells import FORMATS, WHOLE, Column, cells_of, clean, guarded, place
from services.files.export_totals import Totals, column_letters
from services.files.export_widths import heading_points, widths

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
HEAD_FILL = "E7EDF3"
_STYLE = {kind: place for place, kind in enumerate(FORMATS, 3)}
"""Cell formats: the plain one, headings of text and of numbers, one of each kind, and those of the totals."""
_BELOW = {kind: len(FORMATS) + style for kind, style in _STYLE.items()}
_PLAIN_FONT = '<sz val="11"/><name val="Calibri"/>'
_FILLS = (
    '<patternFill patternType="none"/>',
    '<patternFill patternType="gray125"/>',
    f'<patternFill patternType="solid"><fgColor rgb="FF{HEAD_FILL}"/></patternFill>',
)
_NUMBERS = {form: 164 + i for i, form in enumerate(dict.fromkeys(FORMATS.values())) if form != "General"}
_HEADINGS = "".join(
    '<xf fontId="1" fillId="2" borderId="2" applyFont="1" applyFill="1" applyBorder="1" applyAlignment="1">'
    f'<alignment {side}vertical="center" wrapText="1"/></xf>'
    for side in ("", 'horizontal="right" ')
)
_CELLS = "".join(
    f'<xf numFmtId="{_NUMBERS.get(form, 0)}" applyNumberFormat="1" {look}/>'
    for look in ("", 'fontId="1" fillId="2" borderId="1" applyFont="1" applyFill="1" applyBorder="1"')
    for form in FORMATS.values()
)
_STYLES = (
    f'{_HEAD}<styleSheet {_MAIN}><numFmts count="{len(_NUMBERS)}">'
    + "".join(
        f"<numFmt numFmtId={quoteattr(str(n))} formatCode={quoteattr(f)}/>" for f, n in _NUMBERS.items()
    )
    + f'</numFmts><fonts count="2"><font>{_PLAIN_FONT}</font><font><b/>{_PLAIN_FONT}</font></fonts>'
    f'<fills count="3">{"".join(f"<fill>{fill}</fill>" for fill in _FILLS)}</fills>'
    '<borders count="3"><border/><border><left/><right/><top style="thin"/><bottom/></border>'
    '<border><left/><right/><top/><bottom style="thin"/></border></borders>'
    f'<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="{3 + 2 * len(FORMATS)}"><xf/>'
    f"{_HEADINGS}{_CELLS}</cellXfs>"
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
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
                    for batch in _headed(out, stream.columns, pieces):
                        out.write(_rows(batch, stream.columns))
                        totals.add(batch)
                        written += batch.num_rows
                        if progress:
                            progress(written)
                    is_part = part > 0 or totals.rows == room
                    out.write(_total_row(stream, totals, names[-1], is_part).encode())
                    out.write(_sheet_foot(stream.columns, totals.rows).encode())
        for path, text in _frame(names).items():
            package.writestr(_entry(path, made_at), text)


def _headed(
    out: IO[bytes], columns: Sequence[Column], batches: Iterator[pa.RecordBatch]
) -> Iterator[pa.RecordBatch]:
    """The batches again, once the sheet's head is written: the first of them tells the widths."""
    first = next(batches, None)
    out.write(_sheet_head(columns, widths(columns, first)).encode())
    yield from batches if first is None else chain([first], batches)


def _total_row(stream: Stream, totals: Totals, sheet: str, is_part: bool) -> str:
    """The `<row>` of totals, below the filter's rows."""
    if not totals:
        return ""
    formulas, said = totals.formulas(), totals.label(stream.total, sheet, is_part)
    cells = []
    for index, column in enumerate(stream.columns):
        style = _BELOW[column.kind]
        if index in formulas:
            formula, value = formulas[index]
            cells.append(f'<c s="{style}"><f>{formula}</f><v>{value!r}</v></c>')
        elif index == 0 and said is not None:
            text = escape(said)
            cells.append(f'<c s="{_BELOW["text"]}" t="inlineStr"><is><t>{text}</t></is></c>')
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
    cells = cells_of(values, column)
    if pa.types.is_string(cells.type):
        return _text_cell(cells, style if column.is_text else str(_STYLE["text"]))
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
        f'<col min="{i}" max="{i}" width="{size}" style="{_STYLE[c.kind]}" customWidth="1"/>'
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
        f'{_HEAD}<worksheet {_MAIN}><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'
        f'<sheetViews><sheetView workbookViewId="0">{pane}</sheetView></sheetViews>'
        f'<cols>{wide}</cols><sheetData><row ht="{high}" customHeight="1">{header}</row>'
    )


def _sheet_foot(columns: Sequence[Column], rows: int) -> str:
    where = f"{column_letters(len(columns))}{rows + 1}"
    filters = f'<autoFilter ref="A1:{where}"/>' if rows else ""
    numbers = f'<ignoredErrors><ignoredError sqref="A2:{where}" numberStoredAsText="1"/></ignoredErrors>'
    return f"</sheetData>{filters}{_PRINT}{numbers if rows else ''}</worksheet>"


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
