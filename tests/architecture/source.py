"""The project's own Python and SQL files, parsed once for every test that reads them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LAYERS = ("analytics", "data", "services", "dashboard", "pages")
SQL_FOLDERS = ("staging", "marts", "held", "queries", "checks")


@cache
def python_files(*rooms: str) -> tuple[Path, ...]:
    """Product modules of the given rooms (default: all, with the entry page and the set-up script)."""
    found = [path for room in (rooms or LAYERS) for path in sorted((ROOT / room).rglob("*.py"))]
    if not rooms:
        found += [path for path in (ROOT / "streamlit_app.py", ROOT / "run.py") if path.exists()]
    return tuple(path for path in found if "__pycache__" not in path.parts)


@cache
def page_files() -> tuple[Path, ...]:
    """Every page: the entry and the files under pages/."""
    pages = [p for p in sorted((ROOT / "pages").glob("*.py")) if p.name != "__init__.py"]
    return ((ROOT / "streamlit_app.py"), *pages) if (ROOT / "streamlit_app.py").exists() else tuple(pages)


@cache
def sql_files(folder: str | None = None) -> tuple[Path, ...]:
    """The SQL files of one folder, or of all."""
    folders = (folder,) if folder else SQL_FOLDERS
    return tuple(path for name in folders for path in sorted((ROOT / "data/sql" / name).rglob("*.sql")))


@cache
def tree(path: Path) -> ast.Module:
    """The file's syntax tree, with `parent` set on every node."""
    parsed = ast.parse(path.read_text(encoding="utf-8"), filename=str(path))
    for node in ast.walk(parsed):
        for child in ast.iter_child_nodes(node):
            child.parent = node  # type: ignore[attr-defined]
    return parsed


def name_of(path: Path) -> str:
    """The file as the project says it: its path from the root."""
    return path.relative_to(ROOT).as_posix()


def texts(path: Path) -> Iterator[tuple[int, str, bool]]:
    """(line, text, has holes) of every string that is not a docstring; an f-string's holes become `hole`."""
    for node in ast.walk(tree(path)):
        parent = getattr(node, "parent", None)
        if isinstance(node, ast.JoinedStr):
            parts = [str(v.value) if isinstance(v, ast.Constant) else "hole" for v in node.values]
            yield node.lineno, "".join(parts), any(isinstance(v, ast.FormattedValue) for v in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            if isinstance(parent, (ast.JoinedStr, ast.Expr)):
                continue
            yield node.lineno, node.value, False


def calls(path: Path) -> Iterator[tuple[int, str]]:
    """(line, dotted name) of every call."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call):
            yield node.lineno, ast.unparse(node.func)
