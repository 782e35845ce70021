"""Read a delimited text by the database's own reader, which is strict about quotes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
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


def count_nothing(con: duckdb.DuckDBPyConnection, source: Path, file: ExtractFile) -> Counter[str]:
    """How often a word for an empty cell stands in each column: few files have to be read again."""
    words = [duckdb.ConstantExpression(word) for word in sorted(WORDS)]
    places = [f"c{place}" for place in range(len(file.headings))]  # a heading may be `*`, which is no column
    cells = [duckdb.ColumnExpression(place) for place in places]
    counts = [duckdb.FunctionExpression("count_if", cell.isin(*words)) for cell in cells]
    (found,) = _rows_of(con, source, file, {""}, places).aggregate(counts).fetchall()
    return +Counter(dict(zip(file.headings, map(int, found), strict=True)))


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


def transcoded(file: ExtractFile, target: Path) -> Path:
    """The file as UTF-8; UnicodeDecodeError where it is not GB18030 either."""
    with (
        file.piece.path.open(encoding="gb18030", newline="") as source,
        target.open("w", encoding="utf-8", newline="") as out,
    ):
        while text := source.read(CHUNK):
            out.write(text)
    return target
