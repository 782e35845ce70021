"""What a source writes in a column and what is meant by it; which of its records are none of a table's."""

from __future__ import annotations

from collections.abc import Mapping as Dict
from collections.abc import Sequence
from typing import Any

import duckdb
from duckdb import ColumnExpression, ConstantExpression, Expression, FunctionExpression
from duckdb.sqltypes import VARCHAR

from data.errors import InputError
from data.read.decoration import heading_key

Values = tuple[tuple[str, str], ...]
"""What is written, or how it begins where that ends with `*`, and what is meant."""
Skip = tuple[tuple[str, tuple[str, ...]], ...]
"""Headings with the texts under them by which a record is left out."""
MOST, LONGEST = 2_000, 200
ANY_END = "*"


def values_of(raw: Dict[str, Any], file: str, place: str) -> Values:
    """The words of a column from parsed TOML; InputError `mapping_wrong_value` where one is no text."""
    if len(raw) > MOST:
        raise InputError("mapping_wrong_value", file=file, place=place)
    for written, meant in raw.items():
        _refuse_no_text(written, file, place)
        _refuse_no_text(meant, file, f"{place}.{_shown(written)}")
        if not written.strip() or ANY_END in written[:-1] or written == ANY_END or ANY_END in meant:
            raise InputError("mapping_wrong_value", file=file, place=f"{place}.{_shown(written)}")
    return tuple((written.strip(), meant) for written, meant in raw.items())


def skip_of(raw: Dict[str, Any], file: str, place: str) -> Skip:
    """By heading the texts of records that are left out; InputError `mapping_wrong_value`."""
    found: list[tuple[str, tuple[str, ...]]] = []
    for heading, texts in raw.items():
        where = f"{place}.{_shown(heading)}"
        if not isinstance(texts, list) or not 0 < len(texts) <= MOST or not heading.strip():
            raise InputError("mapping_wrong_value", file=file, place=where)
        for text in (heading, *texts):
            _refuse_no_text(text, file, where)
        found.append((heading, tuple(text.strip() for text in texts)))
    return tuple(found)


def _refuse_no_text(value: object, file: str, place: str) -> None:
    if not isinstance(value, str) or "\0" in value or len(value) > LONGEST:
        raise InputError("mapping_wrong_value", file=file, place=place)


def _shown(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:40]}…"


def meant_by(cell: Expression, values: Values) -> Expression:
    """The cell as it is meant; what no word names stays as it came."""
    whole = [(w, m) for w, m in values if not w.endswith(ANY_END)]
    begun = sorted((w[:-1], m) for w, m in values if w.endswith(ANY_END))[::-1]  # the longest first
    words = (_texts([w for w, _ in whole]), _texts([m for _, m in whole]))
    if not begun:
        return FunctionExpression("meant_by_text", cell, *words) if whole else cell
    starts = (_texts([w for w, _ in begun]), _texts([m for _, m in begun]))
    return FunctionExpression("meant_by_start", cell, *words, *starts)


def skipped(skip: Skip, headings: Sequence[str]) -> Expression | None:
    """Whether a record of a file with these headings is left out; None where none can be."""
    found: Expression | None = None
    for wanted, texts in skip:
        here = next((h for h in headings if heading_key(h) == heading_key(wanted)), None)
        if here is not None:
            is_so = FunctionExpression("is_one_of", ColumnExpression(here), _texts(list(texts)))
            found = is_so if found is None else FunctionExpression("either", found, is_so)
    return found


def _texts(texts: list[str]) -> Expression:
    return ConstantExpression(texts).cast(duckdb.list_type(VARCHAR))
