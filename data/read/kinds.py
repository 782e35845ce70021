"""Tell what a file is by its bytes: its name is what somebody called it."""

from __future__ import annotations

import codecs
import errno
import gzip
import lzma
import re
import struct
import zipfile
import zlib
from pathlib import Path
from typing import Literal

Kind = Literal["text", "parquet", "workbook", "html", "xml_sheet", "gz", "zip", "other"]
"""`workbook`: every kind that one reader of workbooks knows (xls, xlsx, xlsb, ods). `other`: no table."""

HEAD_BYTES = 1 << 16
_OLE, _PARQUET, _ZIP, _GZ = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PAR1", b"PK\x03\x04", b"\x1f\x8b"
_NO_TABLE = (
    *(b"%PDF", b"Rar!", b"7z\xbc\xaf", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BZh", b"\xfd7zXZ"),
    *(b"{\\rtf", b"\x7fELF", b"MZ\x90", b"SQLite format 3"),
)
_WORKBOOK_PARTS = frozenset({"xl/workbook.xml", "xl/workbook.bin", "content.xml"})
"""What one of these lies in is a workbook; a text document has a `content.xml` too, and is none."""
_ODS = b"application/vnd.oasis.opendocument.spreadsheet"
_HTML = re.compile(rb"\s*(?:<!doctype\s+html|<!--|<(?:html|head|meta|body|style|table|div)\b)", re.IGNORECASE)
_XML_SHEET = b"urn:schemas-microsoft-com:office:spreadsheet"


_DAMAGE = (
    *(zipfile.BadZipFile, gzip.BadGzipFile, zlib.error, lzma.LZMAError, struct.error),
    *(EOFError, NotImplementedError, ValueError, LookupError, RuntimeError),
)


def is_damage(error: Exception) -> bool:
    """Whether an error in reading an archive is its own fault, not the disk's: a place in it may be none."""
    return isinstance(error, _DAMAGE) or (isinstance(error, OSError) and error.errno == errno.EINVAL)


def kind_of(path: Path, head: bytes) -> Kind:
    """What a file is; `head` are its first bytes, not blank. OSError where it cannot be read."""
    if head.startswith(_PARQUET):
        return "parquet"
    if head.startswith(_GZ):
        return "gz"
    if head.startswith(_OLE):
        return "workbook"
    if head.startswith(_ZIP):
        return _zip_kind(path)
    if head.startswith(_NO_TABLE):
        return "other"
    text = plain_head(head)
    if _XML_SHEET in text and text.lstrip().startswith(b"<"):
        return "xml_sheet"
    return "html" if _HTML.match(text) else "text"


def plain_head(head: bytes) -> bytes:
    """The beginning of a text as bytes of ASCII, whatever its width and mark."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or is_utf16(head):
        return head.replace(b"\0", b"").removeprefix(codecs.BOM_UTF16_LE).removeprefix(codecs.BOM_UTF16_BE)
    return head.removeprefix(codecs.BOM_UTF8)


def is_utf16(head: bytes) -> Literal["utf-16-le", "utf-16-be"] | None:
    """Which UTF-16 a text without a mark is: every other byte of its ASCII is zero."""
    sample = head[: len(head) & ~1][:4096]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if odd > len(sample) // 8 and not even:
        return "utf-16-le"
    return "utf-16-be" if even > len(sample) // 8 and not odd else None


def _zip_kind(path: Path) -> Kind:
    try:
        with zipfile.ZipFile(path) as package:
            names = set(package.namelist())
            if "content.xml" in names and "mimetype" in names:
                return "workbook" if package.read("mimetype")[: len(_ODS)] == _ODS else "other"
    except Exception as e:
        if not is_damage(e):
            raise
        return "zip"  # whoever opens it says what is wrong
    if _WORKBOOK_PARTS & names:
        return "workbook"
    return "other" if "[Content_Types].xml" in names else "zip"
