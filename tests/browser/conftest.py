"""One server and one Chromium for all browser tests; a tab of its own for each."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from tests.browser.server import FLAGS, Tab, serving

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
"""The first draws the same pages without a window, for half the work."""
OpenTab = Callable[..., Tab]
STILL = """
const still = new CSSStyleSheet();
still.replaceSync(`*, *::before, *::after {
    animation-duration: 1ms !important; animation-iteration-count: 1 !important;
    transition-duration: 1ms !important;
}`);
document.adoptedStyleSheets = [...document.adoptedStyleSheets, still];
"""
"""Nothing turns or shimmers while the server works: drawing that takes the processor from it."""


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


def new_context(browser: Browser, locale: str, dark: bool = False, **more: Any) -> BrowserContext:
    """A reader's own browser, in which nothing moves by itself."""
    context = browser.new_context(
        locale=locale,
        color_scheme="dark" if dark else "light",
        accept_downloads=True,
        reduced_motion="reduce",
        **more,
    )
    context.set_default_timeout(30_000)
    context.add_init_script(STILL)
    return context


class Contexts:
    """What tabs are opened in, kept with all that it loaded from test to test; two tabs never share one."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._free: dict[tuple[str, bool], list[BrowserContext]] = {}
        self._taken: list[tuple[tuple[str, bool], BrowserContext]] = []

    def take(self, locale: str, dark: bool) -> BrowserContext:
        """One that nobody has, as clean as a new one."""
        kept = self._free.setdefault((locale, dark), [])
        context = kept.pop() if kept else new_context(self._browser, locale, dark)
        self._taken.append(((locale, dark), context))
        return context

    def give_back(self) -> None:
        """Close the tabs of a test, and forget what its pages wrote down."""
        for kind, context in self._taken:
            for page in context.pages:
                origin = "{0.scheme}://{0.netloc}".format(urlsplit(page.url))
                forget = {"origin": origin, "storageTypes": "local_storage"}
                if origin.startswith("http"):
                    context.new_cdp_session(page).send("Storage.clearDataForOrigin", forget)
                page.close()
            context.clear_cookies()
            self._free[kind].append(context)
        self._taken.clear()


@pytest.fixture(scope="package")
def contexts(chromium: Browser) -> Contexts:
    """The contexts of all tests: what the pages load is parsed once, not by every test."""
    return Contexts(chromium)


@pytest.fixture
def open_tab(contexts: Contexts, base: str) -> Iterator[OpenTab]:
    """Make tabs, each in a context of its own: `open_tab(locale="zh-CN", dark=True, width=390)`."""

    def make(
        locale: str = "zh-CN", dark: bool = False, width: int = 1366, height: int = 900, at: str | None = None
    ) -> Tab:
        page = contexts.take(locale, dark).new_page()
        page.set_viewport_size({"width": width, "height": height})
        return Tab(page, at or base).watch()

    yield make
    contexts.give_back()
