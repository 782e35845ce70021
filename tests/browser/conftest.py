"""One server and one Chromium for all browser tests; a tab of its own for each."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from tests.browser.server import FLAGS, Tab, serving

NAMES = ("chromium", "chromium-browser", "google-chrome")
OpenTab = Callable[..., Tab]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of the browser are known by their mark; `MadeOnce` gives them all to one worker."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """A real Chromium; without one the tests are skipped out loud, and on a checking machine they fail."""
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None:
        sentence = f"no Chromium on this machine ({', '.join(NAMES)}): install it to run the browser tests"
        if os.environ.get("CI"):
            pytest.fail(sentence, pytrace=False)
        pytest.skip(sentence)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def base(sample_warehouse: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server on the sample's warehouse, with a state store of its own."""
    state = tmp_path_factory.mktemp("browser-state") / "state.db"
    log = state.with_name("server.log")
    environment = {"DENGTA_WAREHOUSE": str(sample_warehouse), "DENGTA_STATE": f"sqlite:///{state}"}
    yield from _served(environment, log)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A state store that only one module writes to."""
    return f"sqlite:///{tmp_path_factory.mktemp('store') / 'state.db'}"


@pytest.fixture(scope="module")
def served(sample_warehouse: Path, store: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server on that store."""
    log = tmp_path_factory.mktemp("served") / "server.log"
    yield from _served({"DENGTA_WAREHOUSE": str(sample_warehouse), "DENGTA_STATE": store}, log)


def _served(environment: Mapping[str, str], log: Path) -> Iterator[str]:
    """A server that must not have raised by the time it ends."""
    with serving(environment, log) as address:
        yield address
    said = log.read_text(encoding="utf-8")
    assert "Traceback" not in said, f"the server raised:\n{said[-4000:]}"


@pytest.fixture
def open_tab(chromium: Browser, base: str) -> Iterator[OpenTab]:
    """Make tabs, each in a context of its own: `open_tab(locale="zh-CN", dark=True, width=390)`."""
    contexts: list[BrowserContext] = []

    def make(
        locale: str = "zh-CN", dark: bool = False, width: int = 1366, height: int = 900, at: str | None = None
    ) -> Tab:
        context = chromium.new_context(
            locale=locale,
            color_scheme="dark" if dark else "light",
            viewport={"width": width, "height": height},
            accept_downloads=True,
            reduced_motion="reduce",
        )
        context.set_default_timeout(30_000)
        contexts.append(context)
        return Tab(context.new_page(), at or base).watch()

    yield make
    for context in contexts:
        context.close()
