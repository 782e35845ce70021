"""What is around the sheets of a workbook: styles, the list of sheets, properties and relationships."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from xml.sax.saxutils import escape, quoteattr

import pyarrow as pa

from services.files.export_cells import clean
from services.files.kinds import FORMATS

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_DUBLIN_CORE = (
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
)
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_HEAD_FILL = "E7EDF3"
STYLE = {kind: place for place, kind in enumerate(FORMATS, 3)}
"""Cell formats: the plain one, headings of text and of numbers, one of each kind, and those of the totals."""
BELOW = {kind: len(FORMATS) + style for kind, style in STYLE.items()}
WRAPPED = 3 + 2 * len(FORMATS)
"""The cell format of a text that goes on in further lines."""
_PLAIN_FONT = '<sz val="11"/><name val="Calibri"/>'
_FILLS = (
    '<patternFill patternType="none"/>',
    '<patternFill patternType="gray125"/>',
    f'<patternFill patternType="solid"><fgColor rgb="FF{_HEAD_FILL}"/></patternFill>',
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
_CELLS += (
    f'<xf numFmtId="{_NUMBERS[FORMATS["text"]]}" applyNumberFormat="1" applyAlignment="1">'
    '<alignment vertical="top" wrapText="1"/></xf>'
)
_STYLES = (
    f'{HEAD}<styleSheet {MAIN}><numFmts count="{len(_NUMBERS)}">'
    + "".join(
        f"<numFmt numFmtId={quoteattr(str(n))} formatCode={quoteattr(f)}/>" for f, n in _NUMBERS.items()
    )
    + f'</numFmts><fonts count="2"><font>{_PLAIN_FONT}</font><font><b/>{_PLAIN_FONT}</font></fonts>'
    f'<fills count="3">{"".join(f"<fill>{fill}</fill>" for fill in _FILLS)}</fills>'
    '<borders count="3"><border/><border><left/><right/><top style="thin"/><bottom/></border>'
    '<border><left/><right/><top/><bottom style="thin"/></border></borders>'
    f'<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="{WRAPPED + 1}"><xf/>'
    f"{_HEADINGS}{_CELLS}</cellXfs>"
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)


def package_parts(names: Sequence[str], title: str, made_at: datetime) -> dict[str, str]:
    """The parts of the package around the sheets."""
    numbers = range(1, len(names) + 1)
    sheets = "".join(
        f'<sheet name={quoteattr(n)} sheetId="{i}" r:id="rId{i}"/>' for i, n in enumerate(names, 1)
    )
    parts = {f"/xl/worksheets/sheet{i}.xml": f"{_TYPES}.worksheet+xml" for i in numbers}
    parts["/docProps/core.xml"] = "application/vnd.openxmlformats-package.core-properties+xml"
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
    book = f'{HEAD}<workbook {MAIN} xmlns:r="{_OFFICE}"><sheets>{sheets}</sheets>{titles}</workbook>'
    main = f'Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"'
    about = f'Id="rId2" Type="{_PACKAGE}/relationships/metadata/core-properties" Target="docProps/core.xml"'
    return {
        "[Content_Types].xml": f'{HEAD}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
        f'ContentType="{package}"/><Default Extension="xml" ContentType="application/xml"/>'
        f"{overrides}</Types>",
        "_rels/.rels": _relationships([main, about]),
        "docProps/core.xml": _properties(title, made_at),
        "xl/workbook.xml": book,
        "xl/_rels/workbook.xml.rels": _relationships(links),
        "xl/styles.xml": _STYLES,
    }


def _properties(title: str, made_at: datetime) -> str:
    """What the file's properties say."""
    known = clean(pa.array([title], pa.string())).to_pylist()[0]
    return (
        f'{HEAD}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" {_DUBLIN_CORE}>'
        f"<dc:title>{escape(known)}</dc:title>"
        f'<dcterms:created xsi:type="dcterms:W3CDTF">{made_at:%Y-%m-%dT%H:%M:%SZ}</dcterms:created>'
        "</cp:coreProperties>"
    )


def _quoted(name: str) -> str:
    doubled = name.replace("'", "''")
    return f"'{doubled}'"


def _relationships(links: Sequence[str]) -> str:
    inner = "".join(f"<Relationship {link}/>" for link in links)
    return f'{HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{inner}</Relationships>'
