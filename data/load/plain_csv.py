"""Read a delimited text without quotes straight into Parquet of text: most of the bytes of most extracts."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pc
import pyarrow.parquet as pq

from data.load.text_shapes import BARE, Shapes

BLOCK, TOGETHER = 1 << 22, 4
"""Bytes that are taken at a time, few enough that memory is used again; so many make a row group."""
ASKED = 10_000
"""Texts at the beginning of a column; where most of them differ, a dictionary is not worth its time."""

Shaped = tuple[tuple[str, tuple[str, ...]], ...]


def write_plain(
    source: Path, headings: Sequence[str], delimiter: str, above: int, nothing: Sequence[str], target: Path
) -> tuple[int, Shaped] | None:
    """How many records were written and the shapes of the columns; None where there is no record, or where a
    line lacks a cell or has more.

    `source` is UTF-8 without a quote; `above` lines stand before the records. One thread reads it: files are
    read side by side.
    """
    schema = pa.schema([(heading, pa.string()) for heading in headings])
    how = pc.ConvertOptions(
        column_types=schema, null_values=list(nothing), strings_can_be_null=True, check_utf8=False
    )
    records, shapes = 0, Shapes(headings)
    try:
        with (
            pc.open_csv(
                source,
                pc.ReadOptions(
                    column_names=list(headings), skip_rows=above, block_size=BLOCK, use_threads=False
                ),
                pc.ParseOptions(delimiter=delimiter, quote_char=False, double_quote=False),
                how,
            ) as batches,
            ExitStack() as opened,
        ):
            writer: pq.ParquetWriter | None = None
            waiting: list[pa.RecordBatch] = []
            for batch in batches:
                shapes.feed(batch)
                if writer is None:
                    few, told = _repeating(batch), dict(shapes.found())
                    draft = pq.ParquetWriter(
                        target,
                        schema,
                        compression="snappy",
                        use_dictionary=few,
                        write_statistics=[h for h in headings if set(told.get(h, ())) <= {BARE}],
                    )
                    writer = opened.enter_context(draft)
                records += batch.num_rows
                waiting.append(batch)
                if len(waiting) == TOGETHER:
                    writer.write_table(pa.Table.from_batches(waiting))
                    waiting = []
            if writer and waiting:
                writer.write_table(pa.Table.from_batches(waiting))
    except pa.ArrowInvalid:
        return None
    return (records, shapes.found()) if records else None


def _repeating(batch: pa.RecordBatch) -> list[str]:
    """The columns in whose beginning texts come again and again."""
    top = batch.slice(0, ASKED)
    return [
        name
        for name, column in zip(top.schema.names, top.columns, strict=True)
        if 2 * len(column.unique()) <= len(column) + 1
    ]
