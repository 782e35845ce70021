"""Where the warehouse lies, what day it is, and how much of the machine a query may use."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

from data.errors import InputError


def warehouse_path(given: Path | str | None = None) -> Path:
    """The warehouse folder: the one given, else `DENGTA_WAREHOUSE`, else `.dengta` in the current folder."""
    return Path(given or os.environ.get("DENGTA_WAREHOUSE") or ".dengta").expanduser().absolute()


def today() -> date:
    """`DENGTA_TODAY` (YYYY-MM-DD) where set, else the machine's date."""
    text = os.environ.get("DENGTA_TODAY")
    if not text:
        return date.today()
    try:
        return date.fromisoformat(text.strip())
    except ValueError as e:
        raise InputError("today_not_a_date", value=text) from e


def threads() -> int:
    """How many threads DuckDB may use: `DENGTA_THREADS`, else the processor's count, at most 8."""
    text = os.environ.get("DENGTA_THREADS", "")
    return int(text) if text.isdigit() and int(text) > 0 else min(os.cpu_count() or 2, 8)


def memory_limit(default: str) -> str:
    """DuckDB's memory limit: `DENGTA_MEMORY` (such as `6GB`), else `default`."""
    return os.environ.get("DENGTA_MEMORY") or default


def kept_back() -> int:
    """How many snapshots before the newest are kept: `DENGTA_KEEP` (0 to 99), else 3."""
    text = os.environ.get("DENGTA_KEEP", "")
    return int(text) if text.isdecimal() and len(text) < 3 else 3
