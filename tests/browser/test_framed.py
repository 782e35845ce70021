"""The card of a customer inside a page of the marketing system: framed by the hosts named, by nobody else."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from dashboard.words.i18n import Translator
from data.scope import Scope
from data.warehouse.snapshots import open_snapshot
from services.collection.proposal import propose
from services.credit.policy_files import read_policy
from tests.browser.conftest import new_context
from tests.browser.server import free_port, serving

WORDS = {"zh-CN": Translator("zh"), "en-US": Translator("en")}


@pytest.fixture(scope="module")
def outside() -> Iterator[tuple[int, dict[str, str]]]:
    """A server of pages of another origin; what they hold is set by the test."""
    pages: dict[str, str] = {}

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = pages.get(self.path, "").encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", free_port()), Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_address[1], pages
    server.shutdown()


@pytest.fixture(scope="module")
def base(
    sample_warehouse: Path, tmp_path_factory: pytest.TempPathFactory, outside: tuple[int, dict[str, str]]
) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("framed")
    environment = {
        "DENGTA_WAREHOUSE": str(sample_warehouse),
        "DENGTA_STATE": f"sqlite:///{folder / 'state.db'}",
        "DENGTA_FRAME_ANCESTORS": f"http://localhost:{outside[0]} *.example https://x.example/path",
    }
    with serving(environment, folder / "log") as address:
        yield address


@pytest.fixture(scope="module")
def owing(sample_warehouse: Path) -> str:
    """A customer whose stop notice is refused for want of a demand."""
    with open_snapshot(sample_warehouse) as db:
        rows = propose(db, read_policy(), None, Scope(db.meta.extract_on)).rows
    return str(rows.loc[rows["refused_action"] == "stop_notice", "cons_no"].iloc[0])


@pytest.mark.parametrize("locale", ["zh-CN", pytest.param("en-US", marks=pytest.mark.full)])
def test_the_named_host_frames_the_card_and_nothing_else_is_framed(
    chromium: Browser, base: str, outside: tuple[int, dict[str, str]], owing: str, locale: str
) -> None:
    port, pages = outside
    frame = (
        '<body style="margin:0"><iframe id="f" style="width:100%;height:780px;border:0" src="{}"></iframe>'
    )
    pages["/card"] = frame.format(f"{base}/customers?card=1&cons_no={owing}")
    pages["/list"] = frame.format(f"{base}/customers")
    t = WORDS[locale]
    context = new_context(chromium, locale, viewport={"width": 400, "height": 800})
    try:
        page = context.new_page()
        page.goto(f"http://localhost:{port}/card")
        inside = page.frame_locator("#f")
        expect(inside.get_by_text(owing).first).to_be_visible(timeout=60_000)
        expect(inside.get_by_text(t("columns.owed_now"), exact=True)).to_be_visible(timeout=60_000)
        expect(inside.get_by_text(t("columns.light"), exact=True).first).to_be_visible()
        expect(inside.get_by_text(t("collection_rules.action_stop_notice")).first).to_be_visible()
        expect(inside.locator('[data-testid="stSidebar"]')).to_have_count(0)
        address = next(f.url for f in page.frames if "/customers" in f.url)
        assert owing not in address, "the number stands in the address"
        wide = inside.locator("body").evaluate("b => b.scrollWidth - b.clientWidth")
        assert wide <= 1, "the card is wider than the dialog"
        for host, path in (("localhost", "/list"), ("127.0.0.1", "/card")):
            page.goto(f"http://{host}:{port}{path}")
            page.wait_for_timeout(1_500)
            assert not [f for f in page.frames if f.url.startswith(base) and "chrome-error" not in f.url], (
                host
            )
    finally:
        context.close()
