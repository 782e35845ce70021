"""Write what a table is without a file: `python -m tools.absent_tables`. A test holds the statements to it.

Each is what its own file in `data/sql/staging/typed` makes of no text, typed once here and not by every load.
"""

from __future__ import annotations

from textwrap import fill, indent

import duckdb
from duckdb import ConstantExpression
from duckdb.sqltypes import BIGINT, DATE, INTEGER, VARCHAR, DuckDBPyType

from data.load.absent_tables import ABSENT
from data.load.extract_tables import TABLES, ExtractTable
from data.load.staging import FOLDER
from data.load.text_views import facts_kind, make_macros

TEXT = {"file_no": INTEGER, "line": BIGINT, "unit": BIGINT, "extract_on": DATE, "amount_text": VARCHAR}
"""What every text view has beside its table's own columns."""
HEAD = """-- What is kept of a table of which no file came.
-- Written by `python -m tools.absent_tables`; do not edit.
"""


def render() -> str:
    """The whole file: one statement for each table."""
    with duckdb.connect() as con:
        con.execute("attach ':memory:' as staging")
        make_macros(con)
        con.execute("use staging")
        return HEAD + "".join(_statement(con, table) for table in TABLES.values())


def _statement(con: duckdb.DuckDBPyConnection, table: ExtractTable) -> str:
    own = (*table.columns, "FACTS") if table.name == "C_FACT" else table.columns
    text = TEXT | {c: facts_kind() if c == "FACTS" else VARCHAR for c in own}
    nothing = [ConstantExpression(None).cast(kind).alias(c) for c, kind in text.items()]
    con.table_function("range", [0]).select(*nothing).create_view(table.view)
    con.execute((FOLDER / "typed" / f"{table.name}.sql").read_text(encoding="utf-8"))
    typed = con.table(f"staging.{table.typed_table}")
    kinds: dict[str, DuckDBPyType] = dict(zip(typed.columns, typed.types, strict=True))
    kept = table.kept_columns(typed.columns)
    columns = ", ".join(f"{table.called.get(c, c)}~{_called(kinds[c])}" for c in kept)
    lines = indent(fill(columns, 106), "    ").replace("~", " ")
    return f"create table {table.kept_in}.{table.kept_table} (\n{lines}\n);\n"


def _called(kind: DuckDBPyType) -> str:
    return str(kind).lower().replace("map(", "map~(").replace(", ", ",~")


if __name__ == "__main__":
    ABSENT.write_text(render(), encoding="utf-8")
