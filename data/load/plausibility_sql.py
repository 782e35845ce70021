"""The questions that are asked of a load before it is published, by name."""

from __future__ import annotations

from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "sql" / "plausibility"


@cache
def sql_of(name: str) -> str:
    """One question."""
    return (FOLDER / f"{name}.sql").read_text(encoding="utf-8")
