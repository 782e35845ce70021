"""Write one table as it may arrive: in every kind of file, decorated, with days and amounts of programs."""

from __future__ import annotations

import gzip
import html
import io
import struct
import zipfile
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import openpyxl
import xlwt

Cell = str | float | date
Rows = Sequence[Sequence[Cell]]


def text_of(rows: Rows, delimiter: str, newline: str = "\r\n") -> str:
    """Delimited text."""
    return newline.join(delimiter.join(str(cell) for cell in row) for row in rows) + newline


def as_text(encoding: str, delimiter: str = ",") -> Callable[[Rows], bytes]:
    """A text of that encoding."""
    return lambda rows: text_of(rows, delimiter).encode(encoding)


def as_padded(rows: Rows) -> bytes:
    """A text whose cells are filled up with NUL, as programs with fixed fields write it."""
    return text_of([[str(cell).ljust(12, "\0") for cell in row] for row in rows], ",").encode("gb18030")


def as_xlsx(*sheets: Rows) -> bytes:
    """A workbook of these sheets."""
    book = openpyxl.Workbook()
    for place, rows in enumerate(sheets):
        sheet = book.active if place == 0 else book.create_sheet()
        assert sheet is not None
        for row in rows:
            sheet.append([None if cell == "" else cell for cell in row])
    return _saved(book.save)


def as_xls(rows: Rows) -> bytes:
    """A workbook as Excel 97 wrote it."""
    book = xlwt.Workbook()
    sheet, day = book.add_sheet("Sheet1"), xlwt.easyxf(num_format_str="yyyy-mm-dd")
    for line, row in enumerate(rows):
        for place, cell in enumerate(row):
            if cell != "":
                sheet.write(line, place, cell, *([day] if isinstance(cell, date) else []))
    return _saved(book.save)


def _saved(save: Callable[[io.BytesIO], object]) -> bytes:
    target = io.BytesIO()
    save(target)
    return target.getvalue()


def as_html(rows: Rows) -> bytes:
    """A page that calls itself a workbook."""
    cells = ("".join(f"<td x:str>{html.escape(str(cell))}</td>" for cell in row) for row in rows)
    lines = "".join(f"<tr>{row}</tr>\n" for row in cells)
    head = (
        "<meta http-equiv=Content-Type content='text/html; charset=gb2312'><style>td{mso-number-format:'\\@'}"
    )
    return f"<html><head>{head}</style></head><body><table>{lines}</table></body></html>".encode("gb18030")


def as_xml(rows: Rows) -> bytes:
    """A spreadsheet in XML; blank cells are left out, and the next says its place."""
    lines = []
    for row in rows:
        cells = (
            f'<Cell ss:Index="{place}"><Data ss:Type="{_xml_kind(cell)}">'
            f"{html.escape(_xml_text(cell))}</Data></Cell>"
            for place, cell in enumerate(row, start=1)
            if cell != ""
        )
        lines.append(f"<Row>{''.join(cells)}</Row>")
    head = (
        '<?xml version="1.0" encoding="UTF-8"?><?mso-application progid="Excel.Sheet"?>'
        '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"'
        ' xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="Sheet1"><Table>'
    )
    return f"{head}{''.join(lines)}</Table></Worksheet></Workbook>".encode()


def _xml_kind(cell: Cell) -> str:
    return "DateTime" if isinstance(cell, date) else "Number" if isinstance(cell, float) else "String"


def _xml_text(cell: Cell) -> str:
    return f"{cell.isoformat()}T00:00:00.000" if isinstance(cell, date) else str(cell)


def as_ods(rows: Rows) -> bytes:
    """A workbook of an office of the open kind."""
    lines = "".join(f"<table:table-row>{''.join(map(_ods_cell, row))}</table:table-row>" for row in rows)
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces} office:version="1.2">'
        f'<office:body><office:spreadsheet><table:table table:name="Sheet1">{lines}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/></manifest:manifest>'
    )
    return zipped({"mimetype": kind, "content.xml": content, "META-INF/manifest.xml": manifest})


def _ods_cell(cell: Cell) -> str:
    if cell == "":
        return "<table:table-cell/>"
    if isinstance(cell, float):
        return f'<table:table-cell office:value-type="float" office:value="{cell!r}"/>'
    if isinstance(cell, date):
        return f'<table:table-cell office:value-type="date" office:date-value="{cell.isoformat()}"/>'
    text = f"<text:p>{html.escape(cell)}</text:p>"
    return f'<table:table-cell office:value-type="string">{text}</table:table-cell>'


def as_xlsb(rows: Rows) -> bytes:
    """A binary workbook, of the few records that a sheet of texts and numbers needs (MS-XLSB)."""
    sheet = (
        _record(129) + _record(148, struct.pack("<4I", 0, len(rows), 0, max(map(len, rows)))) + _record(145)
    )
    for line, row in enumerate(rows):
        sheet += _record(0, struct.pack("<IIHBBBI", line, 0, 300, 0, 0, 0, 0))
        for place, cell in enumerate(row):
            at = struct.pack("<II", place, 0)
            if isinstance(cell, float):
                sheet += _record(5, at + struct.pack("<d", cell))
            elif cell != "":
                sheet += _record(6, at + _wide(str(cell)))
    sheet += _record(146) + _record(130)
    about = _record(156, struct.pack("<II", 0, 1) + _wide("rId1") + _wide("Sheet1"))
    book = _record(131) + _record(143) + about + _record(144) + _record(132)
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="rId1" Type="{}" Target="{}"/></Relationships>'
    )
    types = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="bin" ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/>'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        "</Types>"
    )
    return zipped(
        {
            "[Content_Types].xml": types,
            "_rels/.rels": relations.format(f"{office}/officeDocument", "xl/workbook.bin"),
            "xl/_rels/workbook.bin.rels": relations.format(f"{office}/worksheet", "worksheets/sheet1.bin"),
            "xl/workbook.bin": book,
            "xl/worksheets/sheet1.bin": sheet,
        }
    )


def _record(kind: int, content: bytes = b"") -> bytes:
    head = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    size, rest = b"", len(content)
    while rest > 127:
        size, rest = size + bytes([rest & 0x7F | 0x80]), rest >> 7
    return head + size + bytes([rest]) + content


def _wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


class _Gbk(zipfile.ZipInfo):
    """A member whose name is in GBK and does not say so, as Chinese programs write it."""

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802 - what the writer of zips asks
        return self.filename.encode("gb18030"), self.flag_bits & ~0x800


def zipped(files: dict[str, str | bytes], gbk_names: bool = False) -> bytes:
    """A zip of these files."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in files.items():
            package.writestr((_Gbk if gbk_names else zipfile.ZipInfo)(name), content)
    return target.getvalue()


KINDS: dict[str, tuple[str, Callable[[Rows], bytes]]] = {
    "csv_utf8": ("A_RCVBL_FLOW.csv", as_text("utf-8")),
    "csv_mark": ("A_RCVBL_FLOW.csv", as_text("utf-8-sig")),
    "csv_gbk": ("A_RCVBL_FLOW.csv", as_text("gb18030")),
    "csv_utf16": ("A_RCVBL_FLOW.csv", as_text("utf-16")),
    "csv_utf16_bare": ("A_RCVBL_FLOW.csv", as_text("utf-16-le")),
    "csv_utf16_big": ("A_RCVBL_FLOW.csv", as_text("utf-16-be")),
    "semicolon": ("A_RCVBL_FLOW.txt", as_text("gb18030", ";")),
    "pipe": ("A_RCVBL_FLOW.dat", as_text("utf-8", "|")),
    "ctrl_a": ("A_RCVBL_FLOW.dat", as_text("utf-8", "\x01")),
    "nul": ("A_RCVBL_FLOW.dat", as_padded),
    "tab_xls": ("A_RCVBL_FLOW.xls", as_text("gb18030", "\t")),
    "html_xls": ("A_RCVBL_FLOW.xls", as_html),
    "xml_xls": ("A_RCVBL_FLOW.xls", as_xml),
    "xls": ("A_RCVBL_FLOW.xls", as_xls),
    "xls_named_csv": ("A_RCVBL_FLOW.csv", as_xls),
    "xlsx": ("A_RCVBL_FLOW.xlsx", as_xlsx),
    "xlsb": ("A_RCVBL_FLOW.xlsb", as_xlsb),
    "ods": ("A_RCVBL_FLOW.ods", as_ods),
    "gz": ("A_RCVBL_FLOW.csv.gz", lambda rows: gzip.compress(as_text("gb18030")(rows))),
    "zip": (
        "2026年10月.zip",
        lambda rows: zipped({"数据/应收电费.csv": as_text("gb18030")(rows)}, gbk_names=True),
    ),
    "zip_xlsx": ("all.zip", lambda rows: zipped({"A_RCVBL_FLOW.xlsx": as_xlsx(rows)})),
}
"""By kind: the file's name, and its content from rows."""
NUMBERS = frozenset({"xls", "xlsx", "xlsb", "ods", "xml_xls", "zip_xlsx", "xls_named_csv"})
"""Kinds that have numbers and, but for xlsb, days beside texts."""


def write(folder: Path, kind: str, rows: Rows) -> Path:
    """Write the rows as a file of that kind."""
    folder.mkdir(parents=True, exist_ok=True)
    name, content = KINDS[kind]
    path = folder / name
    path.write_bytes(content(rows))
    return path
