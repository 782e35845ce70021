"""The server that asks who is there, one for all who speak to it by hand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.attack.served import Served, guarded
from tests.dashboard.app_test_runs import components_looked_up_once, scripts_compiled_once, waited_for

__all__ = ["components_looked_up_once", "scripts_compiled_once", "waited_for"]


@pytest.fixture(scope="session")
def running(sample_warehouse: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The server over the shared warehouse, with a store of its own."""
    with guarded(sample_warehouse, tmp_path_factory.mktemp("served")) as it:
        yield it


@pytest.fixture
def served(running: Served) -> Served:
    """The server, whoever the test before took a permission from."""
    running.people()
    return running
