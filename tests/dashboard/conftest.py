"""What tests of pages share: each kind of workbook offered is opened once, no word is missing. No browser."""

from __future__ import annotations

import logging
from collections.abc import Generator, Iterator
from contextlib import contextmanager

import pytest

from tests.dashboard import file_rules
from tests.dashboard.app_test_runs import components_looked_up_once, scripts_compiled_once, waited_for
from tests.dashboard.file_kinds import KINDS

__all__ = ["components_looked_up_once", "scripts_compiled_once", "waited_for"]

_OPENED: set[tuple[str, ...]] = set()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call() -> Generator[None]:
    """Hold the workbooks that a test's pages offered to the rules, while its environment still stands."""
    with pytest.MonkeyPatch.context() as patch, _wordless() as missing:
        files = file_rules.collected(patch)
        yield
        assert not file_rules.opened_once(files, _OPENED)
        assert not {file.table for file in files} - KINDS, (
            "a kind of file that tests/dashboard/file_kinds.py lacks"
        )
        assert not missing, f"words are missing: {missing}"


@contextmanager
def _wordless() -> Iterator[list[str]]:
    """What is asked of the locales and is not there: a table's headings are seen by no other test."""
    missing: list[str] = []
    heard = logging.Handler(logging.ERROR)
    heard.emit = lambda record: missing.append(record.getMessage())  # type: ignore[method-assign]
    i18n = logging.getLogger("dashboard.words.i18n")
    i18n.addHandler(heard)
    try:
        yield missing
    finally:
        i18n.removeHandler(heard)
