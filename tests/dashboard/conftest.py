"""What tests of pages without a browser share; every kind of workbook that a page offers is opened once."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from functools import cache

import pytest
from streamlit.components.v2 import manifest_scanner

from tests.dashboard import file_rules

_OPENED: set[tuple[str, str]] = set()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call() -> Generator[None]:
    """Hold the workbooks that a test's pages offered to the rules, while its environment still stands."""
    with pytest.MonkeyPatch.context() as patch:
        files = file_rules.collected(patch)
        yield
        assert not file_rules.opened_once(files, _OPENED)


@pytest.fixture(scope="session", autouse=True)
def components_looked_up_once() -> Iterator[None]:
    """Each rerun of an AppTest reads the metadata of every installed package anew; once is enough."""
    with pytest.MonkeyPatch.context() as patch:
        scan = cache(manifest_scanner.scan_component_manifests)
        patch.setattr(manifest_scanner, "scan_component_manifests", scan)
        yield
