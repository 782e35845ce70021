"""The layering is a contract with a sentence for a name; the rest is read from the trees."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from collections.abc import Sequence
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests.architecture.source import LAYERS, ROOT, calls, name_of, nodes, page_files, python_files

CLOCKS = {
    "data/environment.py": "the one place that knows DENGTA_TODAY",
    "data/warehouse/publishing.py": "names a snapshot by when it was made: no figure reads it",
    "data/state/engine.py": "when a decision was written down: no figure reads it",
}


Imports = Sequence[ast.Import | ast.ImportFrom]


def imports_of(path: Path) -> Imports:
    """The file's lines that import, within functions too."""
    return (*nodes(path, ast.Import), *nodes(path, ast.ImportFrom))


def imports(path: Path) -> set[str]:
    """Every module the file imports, at any depth of the file."""
    found: set[str] = set()
    for node in nodes(path, ast.Import):
        found |= {alias.name for alias in node.names}
    return found | {node.module or "" for node in nodes(path, ast.ImportFrom) if node.level == 0}


def knows(imported: Imports, modules: set[str]) -> set[str]:
    """The modules of the project that a file imports, within functions and for types too.

    A page's own type is not counted: what draws a part of a page names it, and the page calls what draws it.
    """
    found: set[str] = set()
    for node in imported:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif node.module != "dashboard.page":
            named = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= named if named <= modules else {str(node.module), *named}
    return found & modules


def circle(files: dict[str, Imports]) -> list[str]:
    """Modules that import one another in a circle; empty where there is none."""
    try:
        TopologicalSorter(
            {name: knows(imported, set(files)) - {name} for name, imported in files.items()}
        ).prepare()
    except CycleError as found:
        return list(found.args[1])
    return []


def test_no_module_reaches_itself_by_way_of_those_it_imports() -> None:
    files = {
        name_of(p).removesuffix(".py").removesuffix("/__init__").replace("/", "."): imports_of(p)
        for p in python_files()
    }
    assert len(files) > 300
    assert circle(files) == []


def test_only_what_draws_a_page_is_named_by_the_page_it_draws() -> None:
    """`dashboard.page` is imported as a type by what it calls itself: never when the program runs."""
    files = {name_of(p).removesuffix(".py").replace("/", "."): p for p in python_files("dashboard")}
    called, left = set(), ["dashboard.page"]
    while left:
        new = knows(imports_of(files[left.pop()]), set(files)) - called
        called |= new
        left += new
    assert "dashboard.frame.scope_words" in called
    running = [
        f"{name}:{node.lineno}"
        for name in called
        for node in nodes(files[name], ast.ImportFrom)
        if node.module == "dashboard.page"
        if not ast.unparse(node.parent).startswith("if TYPE_CHECKING")
    ]
    assert running == []


@pytest.mark.parametrize(
    "back",
    [
        "import a.one",
        "from a import one",
        "def f():\n    from a.one import x",
        "if TYPE_CHECKING:\n    import a.one",
    ],
)
def test_the_search_sees_a_circle(back: str) -> None:
    def imported(text: str) -> Imports:
        return [n for n in ast.walk(ast.parse(text)) if isinstance(n, (ast.Import, ast.ImportFrom))]

    files = {"a": imported(""), "a.one": imported("from a.two import y"), "a.two": imported(back)}
    assert set(circle(files)) == {"a.one", "a.two"}
    assert circle({**files, "a.two": imported("import os")}) == []


def test_every_import_contract_is_kept() -> None:
    tool = shutil.which("lint-imports", path=str(Path(sys.executable).parent)) or shutil.which("lint-imports")
    assert tool, "import-linter is among the pins; install requirements-dev.txt"
    done = subprocess.run([tool, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_there_are_contracts_and_their_names_are_sentences() -> None:
    import tomllib

    linter = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    assert set(linter["root_packages"]) == set(LAYERS)
    names = [contract["name"] for contract in linter["contracts"]]
    assert len(names) >= 3
    assert all(len(name.split()) >= 5 for name in names), names


def test_nobody_imports_a_page() -> None:
    guilty = [
        name_of(path)
        for path in python_files()
        if any(
            module == "pages" or module.startswith(("pages.", "streamlit_app")) for module in imports(path)
        )
    ]
    assert not guilty


def test_pages_know_no_database_and_no_drawing() -> None:
    forbidden = ("duckdb", "plotly", "pandas", "numpy", "sqlalchemy", "analytics.fuzzy")
    guilty = {
        f"{name_of(path)} imports {module}"
        for path in page_files()
        for module in imports(path)
        if module.split(".")[0] in forbidden
    }
    assert not guilty


def test_today_is_injected_and_never_read_inside_analytics_or_data() -> None:
    guilty = [
        f"{name_of(path)}:{line}"
        for path in python_files("analytics", "data")
        if name_of(path) not in CLOCKS
        for line, call in calls(path)
        if call.endswith(("date.today", "datetime.now", "datetime.today", "time.time"))
    ]
    assert not guilty


@pytest.mark.parametrize("layer", LAYERS)
def test_the_contracts_see_every_layer(layer: str) -> None:
    assert python_files(layer) or layer == "pages", (
        f"{layer} holds no module: the scan looks in the wrong place"
    )
