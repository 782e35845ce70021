"""What the tables of the state store have in common: one set of tables, and the columns of every record."""

from __future__ import annotations

from sqlalchemy import Column, DateTime, Integer, MetaData, String

metadata = MetaData()


def recorded() -> tuple[Column[int], Column[object], Column[str]]:
    """The columns that every record has: its number, when (UTC) and who."""
    return (
        Column("id", Integer, primary_key=True, autoincrement=True),
        Column("at", DateTime, nullable=False),
        Column("who", String(200), nullable=False),
    )
