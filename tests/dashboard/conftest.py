"""What tests of pages share: each kind of workbook offered is opened once, no word is missing. No browser."""

from __future__ import annotations

import logging
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from functools import cache

import pytest
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import local_script_runner

from tests.dashboard import file_rules
from tests.dashboard.file_kinds import KINDS

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


@pytest.fixture(scope="session", autouse=True)
def components_looked_up_once() -> Iterator[None]:
    """Each rerun of an AppTest reads the metadata of every installed package anew; once is enough."""
    with pytest.MonkeyPatch.context() as patch:
        scan = cache(manifest_scanner.scan_component_manifests)
        patch.setattr(manifest_scanner, "scan_component_manifests", scan)
        yield


@pytest.fixture(scope="session", autouse=True)
def waited_for() -> Iterator[None]:
    """An AppTest looks a thousand times a second whether its page has been run; its thread's end tells it."""

    def wait(runner: local_script_runner.LocalScriptRunner, timeout: float = 3) -> None:
        thread = runner._script_thread
        assert thread is not None
        thread.join(timeout)
        look(runner, 0 if thread.is_alive() else timeout)  # which refuses at once what is not done by now

    look = local_script_runner.require_widgets_deltas
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(local_script_runner, "require_widgets_deltas", wait)
        yield
