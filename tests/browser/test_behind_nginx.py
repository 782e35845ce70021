"""Behind a real nginx with TLS, by the very file of `deploy/`: pages, files both ways, signing in and out."""

from __future__ import annotations

import re
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import expect

from dashboard.nav import PAGES
from dashboard.words.i18n import Translator
from tests.browser.conftest import Tabs
from tests.browser.nginx import NAME, found_nginx, nginx_before
from tests.browser.provider import provider_of
from tests.browser.server import ROOT, Tab, free_port
from tests.browser.test_each_page import address
from tests.browser.test_signin import signed_in
from tests.signing_in import asking

ZH = Translator("zh")
WHO = "boss@grid.example"
CONF = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
HEADERS = dict(re.findall(r'^ *add_header (\S+) "([^"]+)" always;$', CONF, re.M))
REFUSED = """() => new Promise(done => {
    document.addEventListener('securitypolicyviolation', event => done(event.effectiveDirective));
    new Image().src = 'http://127.0.0.1:9/elsewhere.png';
    setTimeout(() => done(''), 5000);
})"""


@dataclass(frozen=True)
class Behind:
    """The public address, and the ports of the proxy."""

    address: str
    tls: int
    plain: int


@pytest.fixture(scope="module")
def behind(sample_warehouse: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Behind]:
    """An application that asks who is there, known by its public name, with nginx before it."""
    found_nginx()
    folder, port = tmp_path_factory.mktemp("nginx"), free_port()
    tls, plain = free_port(), free_port()
    people = f'[users."{WHO}"]\norgs = ["*"]\npermissions = ["administer", "model", "load", "tie_out"]\n'
    hosts = tuple(f"--server.allowedHosts={name}" for name in ("127.0.0.1", NAME))
    with (
        provider_of([WHO]) as known,
        asking(
            sample_warehouse,
            folder,
            people,
            known=known,
            back_to=f"https://{NAME}:{tls}",
            port=port,
            options=hosts,
        ),
        nginx_before(port, tls, plain, folder) as public,
    ):
        yield Behind(public, tls, plain)


@pytest.fixture(scope="module")
def tab(behind: Behind, tabs: Tabs) -> Iterator[Tab]:
    """Somebody who has signed in through the proxy."""
    yield signed_in(tabs.take("zh-CN", False, behind.address), WHO)
    tabs.give_back()


def asked(behind: Behind, request: str, name: str = NAME, tls: bool = True) -> str:
    """The head of the answer to a raw request; empty where the proxy hangs up."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with socket.create_connection(("127.0.0.1", behind.tls if tls else behind.plain), 20) as line:
        spoken = context.wrap_socket(line, server_hostname=name) if tls else line
        spoken.sendall(f"{request}\r\nConnection: close\r\n\r\n".encode())
        said = b""
        while b"\r\n\r\n" not in said and (piece := spoken.recv(65_536)):
            said += piece
    return said.partition(b"\r\n\r\n")[0].decode("latin-1")


DRAWN = ("overview", "customers", "data_checks")
"""A page of charts, one of a table, one that takes files."""


@pytest.mark.parametrize("drawn", [DRAWN, pytest.param(tuple(p.key for p in PAGES), marks=pytest.mark.full)])
def test_pages_draw_themselves_behind_the_proxy(tab: Tab, drawn: tuple[str, ...]) -> None:
    """The first by its address, the others by the menu; what headers each address has is asked below."""
    tab.unwatch()
    seen = Tab(tab.page, tab.base).watch().open("/", lang="zh")
    menu = seen.page.locator('[data-testid="stSidebar"] a')
    assert menu.count() >= len(PAGES)
    for entry in (page for page in PAGES if page.key in drawn):
        menu.filter(has_text=ZH(f"nav.{entry.key}")).first.click()
        expect(seen.page.locator("h1").first).to_have_text(ZH(f"nav.{entry.key}"), timeout=60_000)
        seen.settled()
        if entry.key in ("overview", "recovery", "ageing"):
            seen.page.wait_for_selector(".js-plotly-plot .main-svg")
        assert not seen.errors and not seen.foreign and not seen.broken(), entry.key
    assert seen.page.evaluate(REFUSED) == "img-src", "the policy does not hold on the page"
    seen.unwatch()


def test_files_go_both_ways_and_cookies_by_tls_alone(tab: Tab) -> None:
    tab.open("/data_checks", view="loads")
    tab.page.locator(".st-key-downloads_reconciliation").get_by_role("button").click()
    with (
        tab.page.expect_response(re.compile("/media/")) as answered,
        tab.page.expect_download(timeout=60_000) as taken,
    ):
        tab.page.get_by_role("button", name=re.compile("CSV")).first.click()
    assert Path(taken.value.path()).stat().st_size > 100
    assert answered.value.headers["cache-control"] == "no-store"
    tab.open("/data_checks", view="tieout")
    table = {"name": "official.csv", "mimeType": "text/csv", "buffer": b"a,b\n" + b"1,2\n" * 1_000_000}
    with tab.page.expect_response(re.compile("/_stcore/upload_file/")) as brought:
        tab.page.locator('input[type="file"]').first.set_input_files(files=table)  # type: ignore[arg-type]
    assert brought.value.status == 204, "4 MB: more than any other address takes"
    cookies = {str(one.get("name")): one.get("secure") for one in tab.page.context.cookies(tab.base)}
    assert "_streamlit_user" in cookies and all(cookies.values()), cookies


def test_raw_requests_get_headers_their_bounds_and_nothing_by_another_name(behind: Behind) -> None:
    own = f"HTTP/1.1\r\nHost: {NAME}:{behind.tls}"
    assert {"Content-Security-Policy", "Strict-Transport-Security"} <= set(HEADERS)
    for entry in PAGES:
        said = asked(behind, f"GET {address(entry)} {own}")
        assert said.startswith("HTTP/1.1 200")
        for name, value in HEADERS.items():
            assert f"{name.lower()}: {value.lower()}" in said.lower(), entry.key
        assert "frame-ancestors 'none'" in said and "x-frame-options: deny" in said.lower(), entry.key
    refused = asked(behind, f"GET /media/abc.csv {own}")
    assert refused.startswith("HTTP/1.1 403") and "cache-control: no-store" in refused.lower()
    assert asked(behind, f"GET /_stcore/metrics {own}").startswith("HTTP/1.1 404")
    for path, size in (("/_stcore/upload_file/a/b", 60_000_000), ("/auth/login", 2_000_000)):
        assert asked(behind, f"PUT {path} {own}\r\nContent-Length: {size}").startswith("HTTP/1.1 413")
    moved = asked(behind, f"GET /recovery HTTP/1.1\r\nHost: {NAME}", tls=False)
    assert moved.startswith("HTTP/1.1 301") and f"Location: https://{NAME}/recovery" in moved
    assert asked(behind, "GET / HTTP/1.1\r\nHost: elsewhere.example", tls=False) == ""
    assert not asked(behind, "GET / HTTP/1.1\r\nHost: elsewhere.example").startswith("HTTP/1.1 200")
    with pytest.raises(ssl.SSLError):
        asked(behind, "GET / HTTP/1.1\r\nHost: elsewhere.example", name="elsewhere.example")


def test_signing_out_in_one_tab_brings_the_others_to_the_sign_in_screen(tab: Tab) -> None:
    other = Tab(tab.page.context.new_page(), tab.base).open("/recovery")
    side = tab.page.locator('[data-testid="stSidebar"]')
    side.get_by_role("button", name=ZH("shell.sign_out")).click()
    tab.page.get_by_role("button", name="End session").click()
    for one in (tab, other):
        button = one.page.get_by_role("button", name=ZH("shell.sign_in"), exact=True)
        expect(button).to_be_visible(timeout=30_000)
    expect(other.page.locator("[data-testid=stMetric], .js-plotly-plot")).to_have_count(0)
