"""What a run of an AppTest takes besides the page: each is done once here, where a server does it once too.

Fixtures for the whole session; a conftest takes them by their names.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pytest
from streamlit.components.v2 import manifest_scanner
from streamlit.runtime.scriptrunner import script_cache
from streamlit.testing.v1 import local_script_runner

__all__ = ["components_looked_up_once", "scripts_compiled_once", "waited_for"]


@pytest.fixture(scope="session", autouse=True)
def components_looked_up_once() -> Iterator[None]:
    """Each rerun of an AppTest reads the metadata of every installed package anew; once is enough."""
    with pytest.MonkeyPatch.context() as patch:
        scan = cache(manifest_scanner.scan_component_manifests)
        patch.setattr(manifest_scanner, "scan_component_manifests", scan)
        yield


@pytest.fixture(scope="session", autouse=True)
def scripts_compiled_once() -> Iterator[None]:
    """Each rerun of an AppTest compiles its page anew; a script that a test writes has a name of its own."""
    shared, compiled = script_cache.ScriptCache(), script_cache.ScriptCache.get_bytecode
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(script_cache.ScriptCache, "get_bytecode", lambda _, path: compiled(shared, path))
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
