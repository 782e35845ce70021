"""What a snapshot says that it was made by covers all that makes its tables."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from data.load import made_by
from data.load.made_by import DATA, MAKERS

ASIDE = ("kept", "warehouse", "errors.py", "environment.py", "dimensions.py", "scope.py", "load/made_by.py")
"""What keeps and opens files, says what is wrong, or asks a snapshot that is there."""
ASKED = ("checks", "held", "plausibility", "queries")
"""SQL that asks what was made; checks are counted in each snapshot."""


def _needed(path: Path, seen: set[Path]) -> set[Path]:
    """A file of the package and all of the package that it imports, one by another."""
    if path not in seen and path.is_file():
        seen.add(path)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("data."):
                _needed(DATA.parent.joinpath(*str(node.module).split(".")).with_suffix(".py"), seen)
    return seen


def test_all_that_makes_tables_is_in_what_a_snapshot_says_of_its_making() -> None:
    counted = {path for pattern in MAKERS for path in DATA.glob(pattern)}
    needed: set[Path] = set()
    for path in (DATA / "load").glob("*.py"):
        _needed(path, needed)
    needed |= {p for p in DATA.glob("sql/**/*.sql") if p.relative_to(DATA / "sql").parts[0] not in ASKED}
    missing = {p.relative_to(DATA).as_posix() for p in needed - counted}
    assert {name for name in missing if not name.startswith(ASIDE)} == set()
    assert len(needed) > 100


def test_a_program_that_was_replaced_while_it_runs_makes_nothing_to_go_on_from(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert made_by.made_by()
    monkeypatch.setattr(made_by, "MAKERS", MAKERS[:-1])
    assert made_by.made_by() == ""
