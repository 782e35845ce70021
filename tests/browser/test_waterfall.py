"""The waterfall of a change: a click on a bar leads to what the bar stands for."""

from __future__ import annotations

import pytest

from dashboard.words.i18n import Translator
from tests.browser.conftest import OpenTab
from tests.browser.server import Tab
from tests.browser.test_journeys import query

ZH = Translator("zh")
BARS = ".js-plotly-plot .barlayer .point path"
KEYS = "() => document.querySelector('.js-plotly-plot').data[0].customdata.map(k => k[0])"
LEADS = {"org": "org", "class": "class", "bill_month": "month", "customer": "c"}
"""The parameter of the link that a step of each kind ends in."""


def waterfall(tab: Tab, step: str) -> str:
    """Open the waterfall split by `step` and click its first bar; the key that the bar stands for."""
    tab.open("/recovery", view="why", what="current_year", vs="year", step=step)
    bar = tab.page.locator(BARS).first
    bar.wait_for(timeout=60_000)
    key = str(tab.page.evaluate(KEYS)[0])
    bar.scroll_into_view_if_needed()
    bar.click(force=True)
    return key


@pytest.mark.parametrize(
    "step",
    ["org", "customer", *(pytest.param(step, marks=pytest.mark.full) for step in ("class", "bill_month"))],
)
def test_a_bar_of_the_waterfall_leads_to_what_it_stands_for(open_tab: OpenTab, step: str) -> None:
    tab = open_tab()
    key = waterfall(tab, step)
    tab.page.wait_for_function(
        "name => new URLSearchParams(location.search).has(name)", arg=LEADS[step], timeout=30_000
    )
    tab.settled()
    if step == "customer":
        assert "/customers" in tab.page.url and key not in tab.page.url
        assert key in tab.page.locator('[data-testid="stMain"]').inner_text()
    else:
        assert query(tab)[LEADS[step]] == [key]
    assert not tab.broken() and not tab.errors
