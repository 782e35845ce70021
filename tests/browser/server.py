"""A real server of the real application on a free port, and what a test wants to know of a tab."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Error, Locator, Page, Request, Response, WebSocket

ROOT = Path(__file__).resolve().parents[2]
IDLE = '[data-testid="stApp"][data-test-script-state="notRunning"]'
ROOT_SEARCH = re.compile(r"/\w+/_stcore/(health|host-config)")
QUIET = """([quiet, most]) => new Promise(done => {
    const finish = () => { seen.disconnect(); clearTimeout(end); clearTimeout(soon); done(); };
    const seen = new MutationObserver(() => { clearTimeout(soon); soon = setTimeout(finish, quiet); });
    const end = setTimeout(finish, most);
    let soon = setTimeout(finish, quiet);
    seen.observe(document, {subtree: true, childList: true, characterData: true, attributes: true});
})"""
"""Nothing on the page has changed for `quiet` ms, or `most` ms have gone by."""
GO = """to => new Promise(done => {
    const began = new MutationObserver(() => { began.disconnect(); done(); });
    const app = document.querySelector('[data-testid="stApp"]');
    began.observe(app, {attributeFilter: ['data-test-script-state']});
    history.pushState(null, '', to);
    dispatchEvent(new PopStateEvent('popstate'));
})"""
"""To another page as by the browser's own button; the script has begun."""
_had: list[int] = []
LOCAL_SCHEMES = ("data", "blob", "about")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)


def free_port(wanted: int = 0) -> int:
    """A port that nobody listens on: the one that is wanted, if it is free."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", wanted))
        return int(probe.getsockname()[1])


def _port() -> int:
    """A free port for a server, rather one that a server had before: browsers keep scripts by it."""
    for had in _had:
        with suppress(OSError):
            return free_port(had)
    _had.append(free_port())
    return _had[-1]


@contextmanager
def serving(
    environment: Mapping[str, str],
    log: Path,
    entry: str = "streamlit_app.py",
    port: int | None = None,
    options: Sequence[str] = (),
) -> Iterator[str]:
    """Run the application until the block ends; gives its address. Its output is kept in `log`."""
    port = port or _port()
    command = [sys.executable, "-m", "streamlit", "run", entry, "--server.port", str(port), *options]
    with log.open("w", encoding="utf-8") as out:
        process = subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, **environment}, stdout=out, stderr=subprocess.STDOUT
        )
        try:
            _wait_until_healthy(f"http://127.0.0.1:{port}", process, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(15)


def _wait_until_healthy(base: str, process: subprocess.Popen[bytes], log: Path) -> None:
    give_up = time.monotonic() + 60
    while time.monotonic() < give_up:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended at once:\n{log.read_text(encoding='utf-8')[-3000:]}")
        try:
            with urllib.request.urlopen(f"{base}/_stcore/health", timeout=2) as answer:  # noqa: S310
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise TimeoutError("the server was not healthy within 60 s")


@dataclass
class Tab:
    """One browser tab with what it complained of and whom it asked."""

    page: Page
    base: str
    errors: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    searched: list[str] = field(default_factory=list)

    def watch(self) -> Tab:
        """Keep console errors, page errors, failed answers and every request that is not to this server."""
        for event, heard in self._heard().items():
            self.page.on(event, heard)  # type: ignore[call-overload]
        return self

    def unwatch(self) -> None:
        """Hear no more of the page, which another test is lent."""
        for event, heard in self._heard().items():
            self.page.remove_listener(event, heard)

    def _heard(self) -> dict[str, Callable[[Any], None]]:
        return {
            "request": self._asked,
            "response": self._answered,
            "requestfailed": self._unanswered,
            "websocket": self._asked,
            "pageerror": self._threw,
            "console": self._said,
        }

    def _asked(self, whom: Request | WebSocket) -> None:
        """Keep the address of whoever is not this server."""
        parts = urlsplit(whom.url)
        if parts.scheme not in LOCAL_SCHEMES and parts.netloc != urlsplit(self.base).netloc:
            self.foreign.append(whom.url)

    def _threw(self, error: Error) -> None:
        self.errors.append(f"page error: {error}")

    def _answered(self, response: Response) -> None:
        """Keep an answer that refuses; Streamlit's search for its root (decision 0096) is kept apart."""
        where = urlsplit(response.url).path
        if response.status == 404 and ROOT_SEARCH.fullmatch(where):
            self.searched.append(where)
        elif response.status >= 400:
            self.errors.append(f"{response.status} {where}")

    def _unanswered(self, request: Request) -> None:
        """Keep a request that nobody answered; one that the browser itself gave up is none."""
        if request.failure != "net::ERR_ABORTED":
            self.errors.append(f"{request.failure} {urlsplit(request.url).path}")

    def _said(self, message: ConsoleMessage) -> None:
        """Keep an error, but not Streamlit's own search for its root below a page's address."""
        where = urlsplit(str(message.location.get("url", ""))).path
        if message.type == "error" and not ROOT_SEARCH.fullmatch(where):
            self.errors.append(f"{message.text} {where}")

    def open(self, path: str = "/", **query: str) -> Tab:
        """Go to a page of the application and wait until it has drawn itself."""
        link = "&".join(f"{k}={v}" for k, v in query.items())
        self.page.goto(f"{self.base}{path}{'?' if link else ''}{link}", wait_until="commit")
        return self.settled()

    def go(self, path: str, **query: str) -> Tab:
        """Come to a page in the same session, as by the browser's own button: no script is parsed anew."""
        link = "&".join(f"{k}={v}" for k, v in query.items())
        self.page.evaluate(GO, f"{path}{'?' if link else ''}{link}")
        return self.settled()

    def settled(self, patience_ms: int = 60_000) -> Tab:
        """Wait until the script has run, its page has been drawn, and neither has gone on within a moment."""
        for _ in range(3):
            self.page.wait_for_selector(IDLE, timeout=patience_ms)
            self.page.evaluate(QUIET, [250, 5_000])
            if self.page.locator(IDLE).count():
                break
        self.page.wait_for_selector('[data-testid="stSkeleton"]', state="detached", timeout=patience_ms)
        return self

    def unfold(self, box: Locator) -> Locator:
        """The first thing that a select box offers, by keys; again where it was drawn anew under the key."""
        first = self.page.get_by_role("option").first
        for _ in range(10):
            box.focus()
            self.page.keyboard.press("ArrowDown")
            self.page.wait_for_timeout(300)
            for _ in range(10):
                if first.is_visible():
                    return first
                self.page.wait_for_timeout(250)
        raise TimeoutError("the select box offers nothing")

    def words(self) -> str:
        """All text that the main part of the page shows."""
        return self.page.locator('[data-testid="stMain"]').inner_text()

    def broken(self) -> list[str]:
        """Boxes in which the application or Streamlit itself says that something failed."""
        boxes = self.page.locator('[data-testid="stException"], [data-testid="stAlertContentError"]')
        return boxes.all_inner_texts()
