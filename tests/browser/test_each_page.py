"""Every page loads clean, stays at home, fits and can be read by all: in each language, light and width.

Not in every combination of them (decisions 0210, 0247): each page is seen in each, each pair on some page.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import ViewportSize, expect

from dashboard.nav import PAGES, Entry
from dashboard.words.i18n import MISSING, Translator
from tests.attack.sizes import DARK, how_many
from tests.browser.conftest import OpenTab
from tests.browser.server import Tab
from tests.browser.test_builtin_words import english
from tests.browser.test_print import clean_on_paper, prints_clean
from tests.dashboard.test_pages import PAGES_WITH_VIEWS

SERIOUS = ("serious", "critical")
AXE = """async serious => {
    const rules = axe._audit.rules.filter(rule => !serious.includes(rule.impact));
    const milder = Object.fromEntries(rules.map(rule => [rule.id, {enabled: false}]));
    return (await axe.run({resultTypes: ['violations'], rules: milder})).violations;
}"""
"""What is found has its rule's impact: rules of a milder one need not be asked."""
CUT = """() => ['stMetric', 'stHeading', 'stCaptionContainer', 'stPageLink', 'stAlert']
    .flatMap(kind => [...document.querySelectorAll(`[data-testid="stMain"] [data-testid="${kind}"] *`)])
    .filter(e => e.checkVisibility() && !/visible|auto|scroll/.test(getComputedStyle(e).overflowX))
    .filter(e => e.textContent.trim() && e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 1)
    .map(e => e.textContent)"""
"""What figures, headings, notes and links say, where a narrow screen cuts it off."""
FOLDED = """() => {
    const side = document.querySelector('[data-testid="stSidebar"]').getBoundingClientRect();
    return side.right <= 1 || side.width < 1;
}"""
TOP = "e => e.getBoundingClientRect().top"
BEHIND = "getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor"


WIDTHS = """() => {
    const main = document.querySelector('[data-testid="stMain"]');
    return [document.documentElement.scrollWidth, main.scrollWidth, main.clientWidth, innerWidth];
}"""
PHONE: ViewportSize = {"width": 390, "height": 844}
TABLET: ViewportSize = {"width": 1024, "height": 768}
DESK: ViewportSize = {"width": 1366, "height": 900}
WIDE: ViewportSize = {"width": 2560, "height": 1300}
FULLEST = {
    "recovery": "targets",
    "ageing": "analysis",
    "customers": "list",
    "collection": "record",
    "evaluation": "memberships",
    "grades": "services",
    "data_checks": "tieout",
}
"""Of each page's other views the one with most of what may fail on a phone: boxes, tables, wide maps."""


def address(entry: Entry) -> str:
    """Where Streamlit serves a page: the entry at the root, others by their file."""
    return "/" if entry.path == "streamlit_app.py" else f"/{entry.path.split('/')[-1].removesuffix('.py')}"


def faults(tab: Tab) -> list[str]:
    """Violations of level serious or above, with the elements that have them."""
    if not tab.page.evaluate("'axe' in window"):
        tab.page.evaluate(AXE_SCRIPT)
    violations: list[dict[str, Any]] = tab.page.evaluate(AXE, SERIOUS)
    return [
        f"{found['id']}: {node['html'][:80]} {node.get('any', [{}])[0].get('message', '')[:160]}"
        for found in violations
        if found["impact"] in SERIOUS
        for node in found["nodes"]
    ]


def fits(tab: Tab) -> None:
    """Nothing scrolls sideways once it is laid out, and no card cuts off what its figure is called."""
    wide: list[int] = []
    cut: list[str] = []
    for _ in range(20):
        wide, cut = tab.page.evaluate(WIDTHS), tab.page.evaluate(CUT)
        if wide[0] <= wide[3] + 1 and wide[1] <= wide[2] + 1 and not cut:
            return
        tab.page.wait_for_timeout(250)
    pytest.fail(f"the page scrolls sideways: {wide}, or cuts off what it says: {cut}")


def looks_right(tab: Tab, entry: Entry, language: str, dark: bool) -> None:
    """The page is there, whole, at home, in its language, in the reader's light, and all can read it."""
    assert tab.page.locator("h1").first.inner_text().strip() == Translator(language)(f"nav.{entry.key}")
    assert not tab.broken()
    assert MISSING[0] not in tab.page.locator('[data-testid="stApp"]').inner_text(), "words are missing"
    assert len(tab.words()) > 150, "the page shows nothing"
    assert (tab.page.evaluate(BEHIND) == "rgb(255, 255, 255)") is not dark
    assert not tab.errors
    assert not tab.foreign
    assert not faults(tab)


@pytest.mark.parametrize("entry", PAGES, ids=lambda entry: entry.key)
def test_a_deep_link_loads_clean_in_chinese_to_the_last_label_and_fits(
    open_tab: OpenTab, entry: Entry
) -> None:
    """Streamlit seeks its root below a page's address first: those two answers, once, and no others.

    Every other page is wide, the rest on a tablet, all on a phone: English, whose words are longer, has all.
    """
    page = address(entry)
    tab = open_tab().open(page, asof="2026-06-30", basis="point", **{"class": "03"})
    looks_right(tab, entry, "zh", dark=False)
    expect(tab.page.locator("html")).to_have_attribute("lang", "zh")
    expect(tab.page.get_by_role("button", name="主菜单")).to_be_visible()
    assert not english(tab)
    below = [f"{page}/_stcore/health", f"{page}/_stcore/host-config"]
    assert sorted(tab.searched) == ([] if page == "/" else below)
    for size in ((WIDE, TABLET)[PAGES.index(entry) % 2], PHONE):
        tab.page.set_viewport_size(size)
        fits(tab)
    if PAGES.index(entry) >= how_many(DARK):  # English has them all in the dark
        return
    tab.page.emulate_media(color_scheme="dark")
    tab.page.wait_for_function(f"{BEHIND} !== 'rgb(255, 255, 255)'")
    tab.settled()
    assert not tab.broken() and not tab.errors and not tab.foreign and not faults(tab), (
        "in the dark, on a phone"
    )


@pytest.mark.parametrize(
    "every", [False, pytest.param(True, marks=pytest.mark.full)], ids=["one view", "every view"]
)
@pytest.mark.parametrize("place", range(len(PAGES)), ids=[entry.key for entry in PAGES])
def test_in_english_and_the_dark_a_page_opens_folded_on_a_small_screen_and_its_views_are_right(
    open_tab: OpenTab, place: int, every: bool
) -> None:
    """Its words are the longer. Every other page is opened on a tablet, the rest on a phone; the fullest of
    its other views, by the full run each, is drawn on the phone, where room is least. What is chosen in a box
    must be read in the dark as well.
    """
    entry = PAGES[place]
    opened, other = (PHONE, TABLET) if place % 2 else (TABLET, PHONE)
    chosen = {"class": "03"} if entry.key == "overview" else {}
    tab = open_tab(dark=True, **opened).open(address(entry), lang="en", **chosen)
    tab.page.wait_for_function(FOLDED)
    fits(tab)
    for size in (other, WIDE, DESK):
        tab.page.set_viewport_size(size)
        fits(tab)
    tab.settled()
    looks_right(tab, entry, "en", dark=True)
    assert prints_clean(tab) >= 1
    tab.page.set_viewport_size(PHONE)
    for view in PAGES_WITH_VIEWS.get(entry.key, ()):
        if not (every or view == FULLEST[entry.key]) or not turned_to(tab, entry, view):
            continue
        assert not tab.broken() and not tab.errors and not tab.foreign, view
        fits(tab)
        assert not [f"{view}: {fault}" for fault in faults(tab)]
        clean_on_paper(tab)


def turned_to(tab: Tab, entry: Entry, view: str) -> bool:
    """Click a view, but not the one that a page opens with; the list of customers is opened with conditions
    that fill its row.
    """
    views = tuple(PAGES_WITH_VIEWS[entry.key])
    if view == "list":
        filled = "overdue:100~;theft_last_on:2024-01-01~;is_cut:0;grade:A"
        tab.open(address(entry), view=view, lang="en", f=filled)
        return True
    if view == views[0]:
        return False
    tab.page.locator(f".st-key-switch_{entry.key}_view button").nth(views.index(view)).click()
    tab.page.mouse.move(0, 0)
    tab.page.wait_for_url(re.compile(rf"[?&]view={view}\b"))
    tab.settled()
    return True


def test_maps_of_many_columns_keep_their_figures_on_a_phone_and_scroll_by_themselves(
    open_tab: OpenTab,
) -> None:
    """A finger on the map moves it: Plotly leaves the gesture to the page. Keys move it too."""
    tab = open_tab(**PHONE).open("/ageing", view="analysis")
    for name in ("roll", "vintage"):
        place = tab.page.locator(f".st-key-wide_map_{name}")
        place.locator(".main-svg").first.wait_for()
        place.scroll_into_view_if_needed()
        tab.page.wait_for_function(
            "name => document.querySelector(`.st-key-wide_map_${name} .main-svg`).clientWidth >= 700",
            arg=name,
        )
        assert place.evaluate("e => e.scrollWidth >= 700 && e.clientWidth < 390")
        assert place.locator(".js-plotly-plot").evaluate("e => e._fullLayout.dragmode") is False
        expect(place).to_have_attribute("tabindex", "0")  # Chromium would reach it without, others do not
        place.focus()
        tab.page.keyboard.press("ArrowRight")
        tab.page.wait_for_function(
            "name => document.querySelector(`.st-key-wide_map_${name}`).scrollLeft > 0", arg=name
        )
    fits(tab)
    tab.page.set_viewport_size(DESK)
    for name in ("roll", "vintage"):
        expect(tab.page.locator(f".st-key-wide_map_{name}")).not_to_have_attribute("tabindex", "0")


def test_on_a_tablet_the_news_stand_before_the_cards_and_who_unfolds_the_side_keeps_it(
    open_tab: OpenTab,
) -> None:
    tab = open_tab(locale="en-US", **TABLET).open("/")
    card = tab.page.locator('[data-testid="stMetric"]').first
    assert tab.page.locator(".st-key-attention").evaluate(TOP) < card.evaluate(TOP) < TABLET["height"]
    tab.page.locator('[data-testid="stExpandSidebarButton"]').click()
    tab.page.locator('[data-testid="stSidebar"] a').filter(has_text=Translator("en")("nav.ageing")).click()
    tab.page.wait_for_url("**/ageing*")
    tab.settled()
    assert not tab.page.evaluate(FOLDED)


def test_the_checks_see_an_answer_that_refuses_a_request_that_leaves_and_a_fault(open_tab: OpenTab) -> None:
    """The watch itself can fail: a picture from elsewhere is noticed, though nothing answers there."""
    tab = open_tab().open("/data_checks")
    assert not tab.errors and not tab.foreign and not faults(tab)
    with tab.page.expect_response("**/media/none.png"):
        tab.page.evaluate("fetch('/media/none.png')")
    with tab.page.expect_request("http://192.0.2.1/x.png"):
        tab.page.evaluate("new Image().src = 'http://192.0.2.1/x.png'")
    tab.page.evaluate(
        "document.querySelector('[data-testid=stMain]').append(document.createElement('button'))"
    )
    assert any(fault.startswith("button-name") for fault in faults(tab))
    assert any(error.startswith("404 /media/none.png") for error in tab.errors)
    assert tab.foreign == ["http://192.0.2.1/x.png"]
