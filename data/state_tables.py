"""The state store's tables: what people decided and recorded. Rows are only ever added."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

SCHEMA_VERSION = 1

metadata = MetaData()


def _recorded() -> tuple[Column[int], Column[object], Column[str]]:
    """The columns that every record has: its number, when (UTC) and who."""
    return (
        Column("id", Integer, primary_key=True, autoincrement=True),
        Column("at", DateTime, nullable=False),
        Column("who", String(200), nullable=False),
    )


schema = Table("state_schema", metadata, Column("version", Integer, nullable=False))

secret = Table(
    "secret",
    metadata,
    Column("name", String(50), primary_key=True),
    Column("value", LargeBinary, nullable=False),
)

policy = Table(
    "adopted_policy",
    metadata,
    *_recorded(),
    Column("why", Text, nullable=False),
    Column("version", String(40)),
    Column("content", Text),
    Column("undoes", Integer),
    sqlite_autoincrement=True,
)

unmasked = Table(
    "unmask_log",
    metadata,
    *_recorded(),
    Column("why", Text, nullable=False),
    Column("cons_no", String(64), nullable=False),
    Column("place", String(50), nullable=False),
    Index("unmask_log_by_customer", "cons_no"),
    sqlite_autoincrement=True,
)

official = Table(
    "official_figure",
    metadata,
    *_recorded(),
    Column("why", Text, nullable=False),
    Column("month", Integer, nullable=False),
    Column("basis", String(20), nullable=False),
    Column("org_no", String(64), nullable=False),
    Column("measure", String(50), nullable=False),
    Column("value", BigInteger),
    Index("official_figure_by_month", "month", "basis"),
    sqlite_autoincrement=True,
)

view = Table(
    "saved_view",
    metadata,
    *_recorded(),
    Column("name", String(200), nullable=False),
    Column("page", String(50), nullable=False),
    Column("query", Text),
    sqlite_autoincrement=True,
)

DECISIONS = (policy, official)
"""The tables whose records change figures: they make the state's version."""
