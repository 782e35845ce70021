"""How long a text of a record may be: the same on every database, refused before anything is written.

SQLite holds any text; PostgreSQL refuses longer ones late, in words of its own (docs/decisions/0198).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Executable, Insert, Table

from data.errors import InputError

TOLD = 24
"""How much of a text that is too long is told."""


def hold(
    _: Connection,
    statement: Executable,
    many: Sequence[Mapping[str, Any]],
    one: Mapping[str, Any],
    __: object,
) -> None:
    """Refuse to add a record with a text that its column does not take; an event of the engine."""
    if not isinstance(statement, Insert) or not isinstance(statement.table, Table):
        return
    bounds, fixed = _bounds(statement.table), statement.compile().params
    for row in (fixed, *many, one):
        for name, most in bounds:
            text = row.get(name)
            if not isinstance(text, str):
                continue
            if most is not None and len(text) > most:
                raise InputError("state_text_long", text=f"{text[:TOLD]}…", most=most)
            if "\0" in text:
                raise InputError("state_text_unwritable", text=text[:TOLD])


@cache
def _bounds(table: Table) -> tuple[tuple[str, int | None], ...]:
    """The columns of a table that hold text, and how many signs each holds at most."""
    return tuple(
        (c.name, getattr(c.type, "length", None)) for c in table.columns if c.type.python_type is str
    )
