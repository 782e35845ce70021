"""The layering is a contract with a sentence for a name; the rest is read from the trees."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.source import LAYERS, ROOT, name_of, page_files, python_files, tree

CLOCKS = {
    "data/environment.py": "the one place that knows DENGTA_TODAY",
    "data/publishing.py": "names a snapshot by when it was made: no figure reads it",
    "data/state/engine.py": "when a decision was written down: no figure reads it",
}


def imports(path: Path) -> set[str]:
    """Every module the file imports, at any depth of the file."""
    found: set[str] = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            found.add(node.module or "")
    return found


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
        f"{name_of(path)}:{node.lineno}"
        for path in python_files("analytics", "data")
        if name_of(path) not in CLOCKS
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func).endswith(("date.today", "datetime.now", "datetime.today", "time.time"))
    ]
    assert not guilty


@pytest.mark.parametrize("layer", LAYERS)
def test_the_contracts_see_every_layer(layer: str) -> None:
    assert python_files(layer) or layer == "pages", (
        f"{layer} holds no module: the scan looks in the wrong place"
    )
