"""What a snapshot was made by: another program or database may make another one of the same loads."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

import duckdb

ROOM = Path(__file__).parent
DATA = ROOM.parent
MAKERS = (
    *("load/*.py", "sql/staging/*/*.sql", "sql/marts/*.sql", "sql/increment/*.sql", "sql/checks/*.sql"),
    "mappings/*.toml",
)


@cache
def made_by() -> str:
    """Stands for all that makes tables of raw files, and for the database that runs it."""
    digest = hashlib.md5(duckdb.__version__.encode(), usedforsecurity=False)
    for pattern in MAKERS:
        for path in sorted(DATA.glob(pattern)):
            digest.update(path.relative_to(DATA).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()
