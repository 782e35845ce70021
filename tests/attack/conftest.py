"""The server that asks who is there, one for all who speak to it by hand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.attack.served import Served, guarded


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
