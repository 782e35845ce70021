"""Files that are small on the disk and huge once they are read: made part by part, no library asked."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping
from functools import cache

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TYPES = (
    f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" ContentType="application/'
    'vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    'spreadsheetml.sheet.main+xml"/><Override PartName="/xl/sharedStrings.xml" ContentType="application/'
    'vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>'
)
BOOK = (
    f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets><sheet name="a" sheetId="1" r:id="rId1"/>'
    "</sheets></workbook>"
)
RELATION = f'<Relationship Id="rId{{}}" Type="{OFFICE}/{{}}" Target="{{}}"/>'
SHEET = f'<worksheet xmlns="{MAIN}">'
TEXTS = f'<sst xmlns="{MAIN}">'
ROW = '<row r="{0}"><c r="A{0}" t="inlineStr"><is><t>33401</t></is></c></row>'

Part = str | Iterable[str]


def workbook(sheet: Part, more: Mapping[str, Part] | None = None) -> bytes:
    """A workbook of one sheet, and of other parts by their names."""
    links = [("worksheet", "worksheets/sheet1.xml"), ("styles", "styles.xml")]
    links.append(("sharedStrings", "sharedStrings.xml"))
    found = "".join(RELATION.format(i, kind, at) for i, (kind, at) in enumerate(links, 1))
    parts: dict[str, Part] = {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": _relations(RELATION.format(1, "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": BOOK,
        "xl/_rels/workbook.xml.rels": _relations(found),
        "xl/styles.xml": f'<styleSheet xmlns="{MAIN}"/>',
        "xl/sharedStrings.xml": f"{TEXTS}<si><t>a</t></si></sst>",
        "xl/worksheets/sheet1.xml": sheet,
        **(more or {}),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package:
        for name, text in parts.items():
            with package.open(name, "w", force_zip64=True) as part:
                for piece in [text] if isinstance(text, str) else text:
                    part.write(piece.encode())
    return out.getvalue()


def _relations(inner: str) -> str:
    return f'<Relationships xmlns="{PACKAGE}/relationships">{inner}</Relationships>'


def sheet(rows: Iterable[str], before: str = "", after: Iterable[str] = ()) -> Iterable[str]:
    """The parts of a sheet around its rows."""
    yield f"{SHEET}{before}<sheetData>"
    yield from rows
    yield "</sheetData>"
    yield from after
    yield "</worksheet>"


def rows(count: int, form: str = ROW) -> Iterable[str]:
    """Equal rows, numbered."""
    return (form.format(n) for n in range(1, count + 1))


_WIDE = '<row r="{0}"><c r="A{0}"><v>1</v></c><c r="XFD{0}"><v>1</v></c></row>'
_STYLED = '<row r="{0}">' + '<c s="1"/>' * 900 + "</row>"
_ENTITIES = (
    '<!DOCTYPE a [<!ENTITY a "' + "a" * 1000 + '"><!ENTITY b "' + "&a;" * 1000 + '"><!ENTITY c "&b;&b;&b;">]>'
)
_SHARED = '<row r="{0}">' + '<c t="s"><v>0</v></c>' * 50 + "</row>"


@cache
def bombs() -> Mapping[str, tuple[str, bytes]]:
    """Each bomb by its name: the key of the sentence that refuses it, and its bytes."""
    too_much, unreadable = "table_unpacks_too_much", "table_unreadable"
    far = ROW.format(1) + '<row r="{}"><c r="{}"><v>1</v></c></row>'
    whole = '<dimension ref="A1:XFD1048576"/>'
    styles = [f'<styleSheet xmlns="{MAIN}"><cellXfs>', *['<xf numFmtId="0"/>' * 1000] * 1000]
    parts = {f"xl/media/{n}.xml": "<a/>" for n in range(3000)}
    return {
        "a_cell_in_the_last_corner": ("table_too_wide", workbook(sheet([far.format(1048576, "XFD1048576")]))),
        "a_row_number_of_billions": (too_much, workbook(sheet([far.format(2 * 10**9, "A2000000000")]))),
        "every_row_to_the_last_column": ("table_too_wide", workbook(sheet(rows(10_000, _WIDE), whole))),
        "millions_of_formatted_blanks": (too_much, workbook(sheet(rows(4_000, _STYLED), whole))),
        "one_row_of_millions": (
            too_much,
            workbook(sheet(['<row r="1">', *["<c/>" * 1000] * 3000, "</row>"])),
        ),
        "millions_of_merged_cells": (
            too_much,
            workbook(sheet(rows(3), "", ['<mergeCell ref="A1:B2"/>' * 1000] * 2000)),
        ),
        "a_million_formats": (too_much, workbook(sheet(rows(3)), {"xl/styles.xml": styles})),
        "entities": (
            too_much,
            workbook(sheet(rows(3)), {"xl/sharedStrings.xml": _ENTITIES + "<sst>&c;</sst>"}),
        ),
        "entities_after_a_long_prologue": (
            too_much,
            workbook([f"<!--{'a' * 10**6}-->", _ENTITIES, *sheet(["&c;"])]),
        ),
        "texts_without_end": (
            too_much,
            workbook(sheet(rows(3)), {"xl/sharedStrings.xml": [TEXTS, *["<si><t>" + "a" * 10**6] * 100]}),
        ),
        "one_attribute_without_end": (too_much, workbook(['<worksheet a="', *["a" * 10**6] * 100])),
        "a_text_in_a_million_cells": (
            "reading_too_much",
            workbook(
                sheet(rows(2_000, _SHARED)),
                {"xl/sharedStrings.xml": f"{TEXTS}<si><t>{'户' * 30_000}</t></si></sst>"},
            ),
        ),
        "boxes_in_boxes": (too_much, workbook([SHEET, *["<a>" * 1000] * 1000])),
        "thousands_of_parts": (too_much, workbook(sheet(rows(3)), parts)),
        "more_than_all_of_it": (too_much, workbook(sheet(rows(3)), {"a.bin": ["\0" * 2**20] * 250})),
        "a_workbook_in_a_zip": (unreadable, _zipped(workbook(sheet(rows(3))))),
        "a_damaged_zip": (unreadable, workbook(sheet(rows(3)))[:-40]),
        "a_million_columns": ("table_too_wide", b"a," * 1_000_000),
        "one_line_without_end": (unreadable, b"a" * (19 * 2**20)),
        "a_quote_without_end": (unreadable, b'a,b\n"' + b"c\n" * 9_000_000),
        "nothing_but_nul": (unreadable, bytes(10**6)),
        "utf_16_without_a_mark": (unreadable, "a,b\n1,2\n".encode("utf-16-le")),
        "half_a_pair_of_utf_16": (unreadable, b"\xff\xfe\x00\xd8"),
        "no_text_at_all": (unreadable, bytes(range(128, 256)) * 1000),
        "too_many_bytes": ("table_too_big", b"a,b\n" * (6 * 2**20)),
    }


def _zipped(content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("a.xlsx", content)
    return out.getvalue()
