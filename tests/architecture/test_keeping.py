"""Pins, sizes and names: what a checkout must hold for the two commands to work anywhere."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from importlib.metadata import distribution, version

import pytest

from tests.architecture.source import ROOT

PIN = re.compile(r"^[A-Za-z0-9_.\-]+(\[[a-z,]+\])?==[0-9][\w.]*( ;.*)?$")
OWN = ("/" + "tmp/", "/" + "work/", "/" + "root/", "sub" + "agent")


def lines_of(name: str) -> list[str]:
    """Requirement lines without comments."""
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def tracked() -> list[str]:
    """The files under version control; without git, none."""
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    return [name for name in done.stdout.decode("utf-8").split("\0") if name and (ROOT / name).exists()]


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_requirements_are_pinned(name: str) -> None:
    loose = [line for line in lines_of(name) if not line.startswith("-r ") and not PIN.match(line)]
    assert not loose


def test_the_pins_are_what_runs_here() -> None:
    for line in lines_of("requirements.txt"):
        package, _, pinned = line.partition("==")
        assert version(package.split("[")[0]) == pinned, f"{package}: reinstall from requirements.txt"


def brings(package: str) -> set[str]:
    """The modules that a distribution brings, by their first names."""
    found = distribution(package)
    declared = (found.read_text("top_level.txt") or "").split()
    return set(declared) or {file.parts[0].removesuffix(".py") for file in found.files or ()}


def test_every_import_of_the_product_is_pinned() -> None:
    import ast

    from tests.architecture.source import LAYERS, nodes, python_files

    pins = [re.split(r"[=\[]", line)[0] for line in lines_of("requirements.txt")]
    pinned = {name for package in pins for name in brings(package)}
    missing = set()
    for path in python_files():
        names = [a.name for node in nodes(path, ast.Import) for a in node.names]
        names += [n.module for n in nodes(path, ast.ImportFrom) if n.level == 0 and n.module]
        for top in {name.split(".")[0] for name in names}:
            if top in sys.stdlib_module_names or top in LAYERS or top in ("starlette", "tornado"):
                continue
            if top not in pinned:
                missing.add(f"{path.name}: {top}")
    assert not missing


def test_no_file_is_big() -> None:
    big = {n: (ROOT / n).stat().st_size for n in tracked() if (ROOT / n).stat().st_size > 400_000}
    assert not big


def test_the_project_speaks_of_itself_alone() -> None:
    guilty = []
    for name in tracked():
        if name.endswith((".png", ".ico", ".svg", ".parquet", ".xlsx", ".gitignore")):
            continue
        for number, line in enumerate(
            (ROOT / name).read_text(encoding="utf-8", errors="replace").splitlines(), 1
        ):
            if any(word in line for word in OWN):
                guilty.append(f"{name}:{number}: {line.strip()[:70]}")
    assert not guilty


def test_one_version_is_said_once() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert f"## {project['version']}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_decisions_are_numbered_once_listed_in_order_and_have_their_three_parts() -> None:
    files = sorted((ROOT / "docs/decisions").glob("*.md"))
    records = [path for path in files if path.name != "README.md"]
    numbers = [path.name[:4] for path in records]
    assert numbers and all(re.fullmatch(r"\d{4}", n) for n in numbers)
    assert len(set(numbers)) == len(numbers)
    index = (ROOT / "docs/decisions/README.md").read_text(encoding="utf-8")
    for path in records:
        text = path.read_text(encoding="utf-8").lower()
        assert all(word in text for word in ("context", "decision", "consequence")), path.name
    listed = re.findall(r"^- \[(\d{4}) .+\]\((\1-.+)\)$", index, re.MULTILINE)
    assert [name for _, name in listed] == [path.name for path in records], "each once, in order"
    assert len(listed) == index.count("](")
