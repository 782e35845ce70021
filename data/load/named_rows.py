"""Find rows of a table that are none, totals and headings printed again, without reading all of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from data.read.decoration import what_is

FEW = 1_000
"""Rows that lack a cell which nearly all others have: so many are looked at."""
NAMES = 2
"""The word of a total stands in one of so many columns, where these hold names."""


def holds_named_rows(con: duckdb.DuckDBPyConnection, path: Path, headings: Sequence[str]) -> bool:
    """Whether one of the rows of a Parquet file of text is no record.

    Its own notes tell where to look. Words stand behind digits: where one column of numbers holds a total's
    word or its heading, that is the greatest of its values. Among the names that one of the first columns may
    hold it is sought. Elsewhere such a row lacks what all others have.
    """
    about = pq.read_metadata(path)
    rows = con.read_parquet(str(path))
    for place, heading in enumerate(headings):
        notes = [about.row_group(n).column(place).statistics for n in range(about.num_row_groups)]
        known = [note for note in notes if note is not None]
        greatest = {str(note.max) for note in known if note.has_min_max}
        lacking = sum(note.null_count or 0 for note in known)
        asked = [word for word in greatest if what_is([word, ""], ["", heading]) or word == heading]
        cell = duckdb.SQLExpression(f"#{place + 1}")  # by its place: a heading may be `*`
        if asked and _one_of(rows.filter(cell.isin(*map(duckdb.ConstantExpression, asked))), headings):
            return True
        holds_names = place < NAMES and not "".join(greatest).isascii()
        if holds_names and _one_of(rows.filter(_is_like_total(cell)), headings):
            return True
        if 0 < lacking <= FEW and _one_of(rows.filter(cell.isnull()), headings):
            return True
    return False


def _is_like_total(cell: duckdb.Expression) -> duckdb.Expression:
    words = duckdb.ConstantExpression("[合总小共累]计|汇总")
    return duckdb.FunctionExpression("regexp_matches", cell, words)


def _one_of(rows: duckdb.DuckDBPyRelation, headings: Sequence[str]) -> bool:
    return any(what_is(cells, headings) for cells in _cells(rows.limit(FEW)))


def _cells(rows: duckdb.DuckDBPyRelation) -> Iterator[list[str]]:
    for row in rows.fetchall():
        yield ["" if cell is None else str(cell) for cell in row]
