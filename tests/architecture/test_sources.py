"""What no line of the product may do: build SQL, evaluate text, reach out, write raw HTML, swallow errors."""

from __future__ import annotations

import ast
import re
import warnings
from pathlib import Path
from typing import TypeGuard

import pytest

from tests.architecture.source import (
    ROOT,
    calls,
    name_of,
    nodes,
    page_files,
    python_files,
    text_of,
    texts,
    tree,
)

SQL = re.compile(
    r"^\s*(with\s+\w+\s+as\s*(materialized\s*)?\(|select\s|insert\s+(or\s+\w+\s+)?into\s|update\s+\w+\s+set\s|delete\s+from\s"
    r"|(create|alter|drop)\s+(or\s+replace\s+)?(temp\w*\s+)?(table|view|schema|macro|index|sequence)\s"
    r"|copy\s+[\w(]|attach\s|detach\s|from\s+\w+\s+(select|where|join)\s|where\s|order\s+by\s|group\s+by\s|pragma\s|set\s+\w+\s*=)",
    re.IGNORECASE,
)
REMOTE = re.compile(
    r"\b(https?|wss?|ftp)://(?!(127\.0\.0\.1|localhost|hole|\[::1\])([:/{]|$))", re.IGNORECASE
)
XML_NAMES = (
    "http://schemas.openxmlformats.org/",
    "http://www.w3.org/",
    "http://purl.org/",
    "http://schemas.microsoft.com/",
)

BUILT_SQL = {
    "data/warehouse/snapshots.py": "`set` takes no parameters: names are literals there, values own folders",
}
"""Places that put a name (never a value) into SQL, each with its reason; names are the project's own."""


def looks_like_sql(text: str) -> bool:
    """Whether a string begins as a statement, or as the tail of one."""
    return bool(SQL.match(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("select a from b", True),
        ("\n  WITH x AS (select 1) select * from x", True),
        (" where cons_no = ", True),
        ("insert into t values (1)", True),
        ("Select a page", True),
        ("selected", False),
        ("fromage", False),
        ("", False),
    ],
)
def test_the_scan_knows_sql_when_it_sees_it(text: str, expected: bool) -> None:
    assert looks_like_sql(text) is expected


def test_there_is_no_sql_in_python_outside_data() -> None:
    guilty = [
        f"{name_of(path)}:{line}: {text[:60]!r}"
        for path in python_files("analytics", "services", "dashboard", "pages")
        for line, text, _ in texts(path)
        if looks_like_sql(text)
    ]
    assert not guilty


def test_no_sql_is_built_from_text_anywhere() -> None:
    guilty = []
    for path in python_files():
        for line, text, has_holes in texts(path):
            if has_holes and looks_like_sql(text) and name_of(path) not in BUILT_SQL:
                guilty.append(f"{name_of(path)}:{line}: {text[:60]!r}")
        made = (*nodes(path, ast.BinOp), *nodes(path, ast.Call))
        joined = (node for node in made if _joined_sql(node) and name_of(path) not in BUILT_SQL)
        guilty += [f"{name_of(path)}:{node.lineno}: {ast.unparse(node)[:60]}" for node in joined]
    assert not guilty


def _joined_sql(node: ast.AST) -> TypeGuard[ast.expr]:
    """`"select …" + x`, `"select …" % x`, `"select …".format(x)` and `.join` into one."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Mod)):
        left = node.left
        return isinstance(left, ast.Constant) and isinstance(left.value, str) and looks_like_sql(left.value)
    if (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("format", "format_map")
    ):
        held = node.func.value
        return isinstance(held, ast.Constant) and isinstance(held.value, str) and looks_like_sql(held.value)
    return False


def test_every_exception_from_the_rule_still_exists() -> None:
    known = {name_of(path) for path in python_files()}
    assert set(BUILT_SQL) <= known


def test_nothing_is_evaluated_or_unpickled() -> None:
    forbidden = {"eval", "exec", "compile", "__import__", "os.system", "pd.read_pickle", "pd.eval"}
    guilty = [
        f"{name_of(path)}:{line}: {call}"
        for path in python_files()
        for line, call in calls(path)
        if call in forbidden
        or (
            call != "pickle.dumps"  # what is only hashed is never read back
            and call.split(".")[0] in ("pickle", "marshal", "shelve", "dill", "joblib")
        )
        or call.endswith((".to_pickle", ".read_pickle"))
    ]
    assert not guilty


def test_no_command_goes_through_a_shell() -> None:
    guilty = [
        f"{name_of(path)}:{node.lineno}"
        for path in python_files()
        for node in nodes(path, ast.keyword)
        if node.arg == "shell"
    ]
    assert not guilty


def test_the_url_is_read_in_one_place() -> None:
    guilty = [
        f"{name_of(path)}:{node.lineno}"
        for path in python_files()
        for node in nodes(path, ast.Attribute)
        if "query_params" in node.attr and name_of(path) != "dashboard/links/filters.py"
    ]
    assert not guilty


def test_no_grid_is_typed_into() -> None:
    """A cell loses the first key typed fast, and changes a value out of bounds in silence (0148)."""
    guilty = [
        f"{name_of(path)}:{node.lineno}"
        for path in python_files()
        for node in nodes(path, ast.Attribute)
        if node.attr in ("data_editor", "experimental_data_editor")
    ]
    assert not guilty


def test_no_raw_html_reaches_the_screen() -> None:
    """The project's own style sheets and its scripts, files of their own, are all that may go there."""
    sheets = ("page", "print", "print_dark")
    own = {f"st.html(nav.ROOT / 'dashboard' / 'assets' / '{sheet}.css')" for sheet in sheets}
    script = "dashboard/frame/static_files.py"
    allowed = {
        id(node.func)
        for path in python_files()
        for node in nodes(path, ast.Call)
        if getattr(node.func, "attr", "") == "html" and ast.unparse(node) in own
    }
    files = [path for path in python_files() if name_of(path) != script]
    guilty = [
        f"{name_of(path)}:{node.lineno}"
        for path in files
        for node in nodes(path, ast.keyword)
        if node.arg in ("unsafe_allow_html", "unsafe_allow_javascript")
    ]
    guilty += [
        f"{name_of(path)}:{node.lineno}"
        for path in files
        for node in nodes(path, ast.Attribute)
        if node.attr in ("html", "components")
        and ast.unparse(node) in ("st.html", "components.html", "st.components")
        and id(node) not in allowed
    ]
    assert not guilty


def test_errors_are_not_swallowed() -> None:
    """A broad `except` may only stand where it says or raises something."""
    guilty = []
    for path in python_files():
        for node in nodes(path, ast.ExceptHandler):
            broad = node.type is None or ast.unparse(node.type) in ("Exception", "BaseException")
            silent = all(isinstance(s, (ast.Pass, ast.Continue)) or _returns_nothing(s) for s in node.body)
            if broad and silent:
                guilty.append(f"{name_of(path)}:{node.lineno}")
    assert not guilty


def _returns_nothing(statement: ast.stmt) -> bool:
    if not isinstance(statement, ast.Return):
        return False
    value = statement.value
    return value is None or isinstance(value, (ast.Constant, ast.List, ast.Dict, ast.Tuple))


def line_of(path: Path, number: int) -> str:
    """One line of a file."""
    return text_of(path).splitlines()[number - 1]


def test_input_is_not_checked_by_assert() -> None:
    """An assertion for the type checker says why it always holds."""
    guilty = [
        f"{name_of(path)}:{node.lineno}"
        for path in python_files()
        for node in nodes(path, ast.Assert)
        if "noqa: S101 - " not in line_of(path, node.lineno)
    ]
    assert not guilty


def test_no_code_knows_an_address_on_the_network() -> None:
    files = [*python_files(), *(ROOT / "dashboard").rglob("*.toml"), *(ROOT / ".streamlit").glob("*.toml")]
    guilty = []
    for path in files:
        for number, line in enumerate(text_of(path).splitlines(), 1):
            bare = line
            for name in XML_NAMES:
                bare = bare.replace(name, "")
            if REMOTE.search(bare):
                guilty.append(f"{name_of(path)}:{number}: {line.strip()[:80]}")
    assert not guilty


def test_modules_and_their_public_functions_and_classes_say_what_they_are() -> None:
    files = python_files("analytics", "services", "data")
    bare = [
        f"{name_of(path)}:{node.lineno}: {node.name}"
        for path in files
        for node in tree(path).body
        if isinstance(node, (ast.FunctionDef, ast.ClassDef))
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]
    assert not bare
    assert not [name_of(path) for path in files if not ast.get_docstring(tree(path))]


@pytest.mark.parametrize("path", page_files(), ids=name_of)
def test_a_page_stays_short(path: Path) -> None:
    lines = len(text_of(path).splitlines())
    if lines > 60:
        warnings.warn(f"{name_of(path)} has {lines} lines; a page aims at 60", stacklevel=1)
    assert lines <= 150, "a page opens, loads, computes and draws; what is longer belongs in dashboard/"


def test_a_module_stays_readable() -> None:
    lines = {name_of(path): len(text_of(path).splitlines()) for path in python_files()}
    for name, number in lines.items():
        if number > 300:
            warnings.warn(f"{name} has {number} lines; a module aims at 300", stacklevel=1)
    assert not {name: n for name, n in lines.items() if n > 400}, "two rooms in one?"
