"""What a snapshot was made by: another program or database may make another one of the same loads."""

from __future__ import annotations

import hashlib
from pathlib import Path

import duckdb
import pyarrow

ROOM = Path(__file__).parent
DATA = ROOM.parent
MAKERS = (
    *("load/*.py", "read/*.py", "ask/sql_files.py", "mappings/*.toml"),
    *("sql/staging/*/*.sql", "sql/marts/*.sql", "sql/increment/*.sql"),
)
"""Not the checks: all of them are counted in each snapshot."""


def _digest() -> str:
    versions = f"{duckdb.__version__} {pyarrow.__version__}"
    digest = hashlib.md5(versions.encode(), usedforsecurity=False)
    for pattern in MAKERS:
        for path in sorted(DATA.glob(pattern)):
            digest.update(path.relative_to(DATA).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


_WHEN_IT_BEGAN = _digest()


def made_by() -> str:
    """Stands for all that makes tables of raw files, for the database that runs it and what reads notes.

    Nothing where that was replaced since this process began: it runs on with a part of either.
    """
    return _WHEN_IT_BEGAN if _digest() == _WHEN_IT_BEGAN else ""
