"""One server and one Chromium for all browser tests; a tab of its own for each."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.browser.server import FLAGS, Tab, serving
from tests.missing import missing

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
"""The first draws the same pages without a window, for half the work."""
OpenTab = Callable[..., Tab]
SPARING = (
    "--js-flags=--no-opt --invocation-count-for-maglev=3000 --single-threaded-gc"
    " --min-semi-space-size=32 --max-semi-space-size=64 --initial-heap-size=1024",
    "--in-process-gpu",
    "--disable-features=IsolateOrigins,site-per-process,SpareRendererForSitePerProcess,BackForwardCache",
)
"""Pages are read once: only what runs very often is translated better, few collections, none in reserve."""
STILL = """
const still = new CSSStyleSheet();
still.replaceSync(`*, *::before, *::after {
    animation-duration: 1ms !important; animation-iteration-count: 1 !important;
    transition-duration: 0s !important;
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
        missing(f"no Chromium on this machine ({', '.join(NAMES)}): install it to run the browser tests")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=[*FLAGS, *SPARING])
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def base(sample_warehouse: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server on the sample's warehouse, with a state store of its own."""
    state = tmp_path_factory.mktemp("browser-state") / "state.db"
    log = state.with_name("server.log")
    environment = {"DENGTA_WAREHOUSE": str(sample_warehouse), "DENGTA_STATE": f"sqlite:///{state}"}
    yield from _served(environment, log)


@pytest.fixture(scope="package")
def store(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A state store for those who write; whoever needs an empty list leaves one."""
    return f"sqlite:///{tmp_path_factory.mktemp('store') / 'state.db'}"


@pytest.fixture(scope="package")
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


def new_context(browser: Browser, locale: str, **more: Any) -> BrowserContext:
    """A reader's own browser, in which nothing moves by itself."""
    context = browser.new_context(
        locale=locale, color_scheme="light", accept_downloads=True, reduced_motion="reduce", **more
    )
    context.set_default_timeout(30_000)
    context.add_init_script(STILL)
    return context


class Tabs:
    """Tabs, each in a context of its own, kept with the scripts that they parsed from test to test."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._free: dict[str, list[Page]] = {}
        self._taken: list[tuple[str, Tab]] = []

    def take(self, locale: str, dark: bool, base: str) -> Tab:
        """One that nobody has, as clean as a new one."""
        kept = self._free.setdefault(locale, [])
        page = kept.pop() if kept else new_context(self._browser, locale, ignore_https_errors=True).new_page()
        page.emulate_media(media="null", color_scheme="dark" if dark else "light")
        tab = Tab(page, base).watch()
        self._taken.append((locale, tab))
        return tab

    def lent(self) -> int:
        """How many are lent."""
        return len(self._taken)

    def give_back(self, but: int = 0) -> None:
        """Leave the pages of all but the first so many, and forget what they wrote down."""
        for locale, tab in self._taken[but:]:
            tab.unwatch()
            context = tab.page.context
            for page in context.pages:
                if page is not tab.page:
                    page.close()
            if tab.page.is_closed():
                context.close()
                continue
            if tab.page.url.startswith("http"):
                tab.page.evaluate("() => { localStorage.clear(); sessionStorage.clear(); }")
            tab.page.goto("about:blank")
            context.clear_cookies()
            self._free[locale].append(tab.page)
        del self._taken[but:]


@pytest.fixture(scope="package")
def tabs(chromium: Browser) -> Tabs:
    """The tabs of all tests: what the pages load is parsed once, not by every test."""
    return Tabs(chromium)


@pytest.fixture
def open_tab(tabs: Tabs, base: str) -> Iterator[OpenTab]:
    """Lend tabs, each in a context of its own: `open_tab(locale="zh-CN", dark=True, width=390)`."""

    def make(
        locale: str = "zh-CN", dark: bool = False, width: int = 1366, height: int = 900, at: str | None = None
    ) -> Tab:
        tab = tabs.take(locale, dark, at or base)
        tab.page.set_viewport_size({"width": width, "height": height})
        return tab

    before = tabs.lent()
    yield make
    tabs.give_back(before)
