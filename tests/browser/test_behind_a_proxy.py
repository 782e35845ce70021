"""The headers that the guide has a proxy add let every page draw itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboard.nav import PAGES, Entry
from tests.browser.conftest import OpenTab
from tests.browser.proxy import proxied
from tests.browser.test_each_page import address

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "user-guide.md"
HEADERS = dict(re.findall(r'^ *add_header (\S+) "([^"]+)" always;$', GUIDE.read_text(encoding="utf-8"), re.M))

REFUSED = """() => new Promise(done => {
    document.addEventListener('securitypolicyviolation', event => done(event.effectiveDirective));
    new Image().src = 'http://127.0.0.1:9/elsewhere.png';
    setTimeout(() => done(''), 5000);
})"""


@pytest.fixture(scope="module")
def behind(base: str) -> Iterator[str]:
    with proxied(base, HEADERS) as address:
        yield address


@pytest.mark.parametrize("entry", PAGES, ids=lambda entry: entry.key)
def test_a_page_draws_itself_under_the_headers_of_the_guide(
    open_tab: OpenTab, behind: str, entry: Entry
) -> None:
    assert {"Content-Security-Policy", "X-Frame-Options", "X-Content-Type-Options"} <= set(HEADERS)
    tab = open_tab(at=behind).open(address(entry), lang="zh")
    assert tab.page.locator('[data-testid="stSidebar"] a').count() >= len(PAGES)
    if entry.key in ("overview", "recovery", "ageing"):
        tab.page.wait_for_selector(".js-plotly-plot .main-svg")
    assert not tab.errors and not tab.foreign
    assert tab.page.evaluate(REFUSED) == "img-src", "the policy does not hold on the page"
