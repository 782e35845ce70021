"""The project's own Python and SQL files, parsed once for every test that reads them."""

from __future__ import annotations

import ast
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import TypeVar

Node = TypeVar("Node", bound=ast.AST)

ROOT = Path(__file__).resolve().parents[2]
LAYERS = ("analytics", "data", "services", "dashboard", "pages")
SQL_FOLDERS = ("staging", "marts", "held", "queries", "checks", "plausibility", "increment")


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
def text_of(path: Path) -> str:
    """What the file holds."""
    return path.read_text(encoding="utf-8")


@cache
def tree(path: Path) -> ast.Module:
    """The file's syntax tree, with `parent` set on every node."""
    parsed = ast.parse(text_of(path), filename=str(path))
    for node in ast.walk(parsed):
        for child in ast.iter_child_nodes(node):
            child.parent = node  # type: ignore[attr-defined]
    return parsed


@cache
def _by_kind(path: Path) -> dict[type[ast.AST], list[ast.AST]]:
    found: dict[type[ast.AST], list[ast.AST]] = defaultdict(list)
    for node in ast.walk(tree(path)):
        found[type(node)].append(node)
    return dict(found)


def nodes(path: Path, kind: type[Node]) -> list[Node]:
    """The file's nodes of one kind, in the order of `ast.walk`; each file is walked once."""
    return _by_kind(path).get(kind, [])  # type: ignore[return-value]


def name_of(path: Path) -> str:
    """The file as the project says it: its path from the root."""
    return path.relative_to(ROOT).as_posix()


@cache
def texts(path: Path) -> tuple[tuple[int, str, bool], ...]:
    """(line, text, has holes) of every string that is not a docstring; an f-string's holes become `hole`."""
    found = []
    for node in nodes(path, ast.JoinedStr):
        parts = [str(v.value) if isinstance(v, ast.Constant) else "hole" for v in node.values]
        found.append(
            (node.lineno, "".join(parts), any(isinstance(v, ast.FormattedValue) for v in node.values))
        )
    plain = (n for n in nodes(path, ast.Constant) if not isinstance(n.parent, (ast.JoinedStr, ast.Expr)))
    return (*found, *((n.lineno, n.value, False) for n in plain if isinstance(n.value, str)))


@cache
def calls(path: Path) -> tuple[tuple[int, str], ...]:
    """(line, dotted name) of every call."""
    return tuple((node.lineno, ast.unparse(node.func)) for node in nodes(path, ast.Call))
