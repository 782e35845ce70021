"""Copies of warehouses that other tests read at the same time."""

from __future__ import annotations

import shutil
from pathlib import Path


def copied(house: Path, to: Path, *but: str) -> Path:
    """A copy without what matches `but`, nor drafts: what other readers remember is written by these."""
    return Path(shutil.copytree(house, to, ignore=shutil.ignore_patterns("*.draft", *but)))
