"""No test is gone unseen where everything is checked: what can be installed is there, or the run fails."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.architecture.source import ROOT, name_of, python_files, text_of
from tests.missing import missing

ITSELF = {
    "tests/data/test_backup.py": "mounting a disk is the machine's to allow",
    "tests/data/test_load_errors.py": "mounting a disk and being somebody else are the machine's to allow",
    "tests/data/test_state_chain.py": "mounting a disk is the machine's to allow",
    "tests/services/test_exports.py": "LibreOffice is a second reader of what openpyxl has read",
}
"""Who skips a test on a checking machine too, and why."""
NEEDED = {"chromium", "fonts-noto-cjk", "mariadb-server", "nginx-light", "python3-venv"}


def test_what_is_missing_fails_where_everything_is_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="no such server"):
        missing("no such server")
    monkeypatch.delenv("CI")
    with pytest.raises(pytest.skip.Exception, match="no such server"):
        missing("no such server")


def test_nobody_skips_by_themselves() -> None:
    """A condition of a mark is the system's or the user's, never what is installed or lies there."""
    said = {name_of(path): text_of(path) for path in python_files("tests") if path != Path(__file__)}
    skipping = {name for name, text in said.items() if re.search(r"pytest\.(?:skip|importorskip)\(", text)}
    marked = {m for text in said.values() for m in re.findall(r"mark\.skip(?:if)?\b\(?([^,)]*)", text)}
    assert skipping == {*ITSELF, "tests/missing.py"}
    assert marked == {'os.name != "posix"', "os.geteuid("}


def test_ci_stops_where_it_cannot_install_what_tests_need() -> None:
    said = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert set(re.findall(r"missing\+=\(([\w.+-]+)\)", said)) == NEEDED
    assert '"${missing[@]}" || exit 1' in said and "export CI=true" in said
