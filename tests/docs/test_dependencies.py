"""What the two commands install: locked by version and hash, licensed, and what runs here."""

from __future__ import annotations

import re
from importlib.metadata import PackageNotFoundError, version

import pytest

from dashboard.nav import ROOT
from tools import licences

LOCKS = {"requirements.lock": "requirements.txt", "requirements-dev.lock": "requirements-dev.txt"}


def plain(name: str) -> str:
    """A package's name as an index compares it."""
    return re.sub(r"[-_.]+", "-", name.split("[")[0]).lower()


def locked(name: str) -> dict[str, str]:
    """Version by package of a lock; two versions of one, for different systems, are both kept."""
    return {plain(package): number for package, number in licences.locked(name).items()}


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_package_has_a_hash(lock: str) -> None:
    entries = re.split(r"\n(?=[A-Za-z0-9])", (ROOT / lock).read_text(encoding="utf-8").split("\n", 1)[1])
    assert len(entries) > 30
    assert not [e.split("\n")[0] for e in entries if not re.search(r"--hash=sha256:[0-9a-f]{64}", e)]


@pytest.mark.parametrize(("lock", "pins"), LOCKS.items())
def test_what_is_pinned_is_what_is_locked(lock: str, pins: str) -> None:
    lines = (ROOT / pins).read_text(encoding="utf-8").splitlines()
    pinned = dict(line.split("==") for line in lines if "==" in line)
    assert {plain(n): v for n, v in pinned.items()}.items() <= locked(lock).items(), "run tools/lock.py"
    assert locked("requirements.lock").items() <= locked("requirements-dev.lock").items()


def test_what_is_locked_is_what_runs_here() -> None:
    other = {}
    for name, number in locked("requirements-dev.lock").items():
        try:
            if version(name) != number:
                other[name] = version(name)
        except PackageNotFoundError:
            continue  # for another system
    assert not other


def test_the_licences_are_those_that_the_packages_state() -> None:
    page = licences.PAGE.read_text(encoding="utf-8")
    rows = {line for line in page.splitlines() if line.startswith("| ")}
    assert set(licences.page().splitlines()) <= set(page.splitlines()), "run tools/licences.py"
    assert not [row for row in rows if row.endswith("|  |")], "a package says nothing of its licence"
    assert "Apache License" in (ROOT / "LICENSE").read_text(encoding="utf-8")
