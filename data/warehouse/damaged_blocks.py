"""What DuckDB says of an open snapshot whose file is not as it was written, as our refusal."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from data.errors import EnvironmentRefusedError
from data.warehouse.open_days import Database

SAYS = ("corrupt database file", "could not read enough bytes")
"""Each block has a checksum that DuckDB holds it to; there is no kind of error for it, only words."""


@contextmanager
def damage_told(db: Database) -> Iterator[None]:
    """EnvironmentRefusedError `snapshot_not_readable` for a block that was damaged or cut off."""
    try:
        yield
    except duckdb.Error as e:
        if any(words in str(e).lower() for words in SAYS):
            raise EnvironmentRefusedError("snapshot_not_readable", path=str(getattr(db, "path", ""))) from e
        raise
