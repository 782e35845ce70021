"""Read a delimited text by the database's own reader, which is strict about quotes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from data.load.extract_files import ExtractFile
from data.read.empty_words import NOTHING, WORDS
from data.read.unpacking import CHUNK


def write_quoted(con: duckdb.DuckDBPyConnection, source: Path, file: ExtractFile, draft: Path) -> int:
    """How many records were written as Parquet of text."""
    _rows_of(con, source, file, NOTHING, file.headings).write_parquet(str(draft), compression="snappy")
    return int(pq.read_metadata(draft).num_rows)


def count_nothing(
    con: duckdb.DuckDBPyConnection, source: Path, file: ExtractFile, kept: Path, asked: Collection[str]
) -> Counter[str]:
    """How often a word for an empty cell stands in the columns that are asked about.

    The text is read again where one of them has empty cells as it was kept, and those alone are looked at.
    """
    if not asked:
        return Counter()
    rows = con.read_parquet(str(kept))
    places = [place for place, heading in enumerate(file.headings) if heading in asked]
    full = [duckdb.FunctionExpression("count", duckdb.ColumnExpression(rows.columns[p])) for p in places]
    (many,) = rows.aggregate([duckdb.FunctionExpression("count_star"), *full]).fetchall()
    places = [place for place, filled in zip(places, many[1:], strict=True) if filled < many[0]]
    if not places:
        return Counter()
    words = [duckdb.ConstantExpression(word) for word in sorted(WORDS)]
    names = [f"c{place}" for place in range(len(file.headings))]  # a heading may be `*`, which is no column
    cells = [duckdb.ColumnExpression(names[place]).isin(*words) for place in places]
    counts = [duckdb.FunctionExpression("count_if", cell) for cell in cells]
    (found,) = _rows_of(con, source, file, {""}, names).aggregate(counts).fetchall()
    return Counter({file.headings[p]: int(n or 0) for p, n in zip(places, found, strict=True)})


def _rows_of(
    con: duckdb.DuckDBPyConnection,
    source: Path,
    file: ExtractFile,
    nothing: Collection[str],
    names: Sequence[str],
) -> duckdb.DuckDBPyRelation:
    assert file.text is not None  # noqa: S101 - holds for every delimited file
    quote = "" if file.text.is_unquoted else '"'
    return con.read_csv(
        str(source),
        header=file.above > 0,
        sep=file.text.delimiter,
        quotechar=quote,
        escapechar=quote,
        columns=dict.fromkeys(names, "VARCHAR"),
        na_values=list(nothing),
        auto_detect=False,
        strict_mode=True,
    )


@contextmanager
def as_utf8(file: ExtractFile, scratch: Path) -> Iterator[Path]:
    """The file as UTF-8, while it is read; UnicodeDecodeError where it is not GB18030 either."""
    assert file.text is not None  # noqa: S101 - holds for every delimited file
    if file.text.encoding == "utf-8":
        yield file.piece.path
        return
    target = scratch / f"{file.content_key}.csv"
    try:
        with (
            file.piece.path.open(encoding="gb18030", newline="") as source,
            target.open("w", encoding="utf-8", newline="") as out,
        ):
            while text := source.read(CHUNK):
                out.write(text)
        yield target
    finally:
        target.unlink(missing_ok=True)
