"""Every page, language, light and screen: it loads, clean, at home and accessible."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from dashboard.i18n import MISSING, Translator
from dashboard.nav import PAGES, Entry
from tests.browser.conftest import OpenTab
from tests.browser.server import Tab
from tests.browser.test_print import prints_clean
from tests.dashboard.test_pages import VIEWS

LOCALE = {"zh": "zh-CN", "en": "en-US"}
SERIOUS = ("serious", "critical")
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


WIDTHS = """() => {
    const main = document.querySelector('[data-testid="stMain"]');
    return [document.documentElement.scrollWidth, main.scrollWidth, main.clientWidth, innerWidth];
}"""
PHONE = {"width": 390, "height": 844}
TABLET = {"width": 1024, "height": 768}


def address(entry: Entry) -> str:
    """Where Streamlit serves a page: the entry at the root, others by their file."""
    return "/" if entry.path == "streamlit_app.py" else f"/{entry.path.split('/')[-1].removesuffix('.py')}"


def faults(tab: Tab) -> list[str]:
    """Violations of level serious or above, with the elements that have them."""
    result: dict[str, Any] = Axe().run(tab.page).response
    return [
        f"{found['id']}: {node['html'][:80]} {node.get('any', [{}])[0].get('message', '')[:160]}"
        for found in result["violations"]
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


@pytest.mark.parametrize(("language", "dark"), [("zh", False), ("en", True)], ids=["zh-light", "en-dark"])
@pytest.mark.parametrize("entry", PAGES, ids=lambda entry: entry.key)
def test_a_page_loads_clean_stays_at_home_and_can_be_read_by_all(
    open_tab: OpenTab, entry: Entry, language: str, dark: bool
) -> None:
    chosen = {"class": "03"} if dark else {}  # what is chosen in a box must be read in the dark as well
    tab = open_tab(locale=LOCALE[language], dark=dark).open(address(entry), **chosen)
    title = tab.page.locator("h1").first.inner_text()
    assert title.strip() == Translator(language)(f"nav.{entry.key}")
    assert not tab.broken()
    shown = tab.page.locator('[data-testid="stApp"]').inner_text()
    assert MISSING[0] not in shown, "words are missing"
    assert len(tab.words()) > 150, "the page shows nothing"
    assert not tab.errors
    assert not tab.foreign
    assert not faults(tab)
    tab.page.set_viewport_size(PHONE)
    fits(tab)


@pytest.mark.parametrize(("key", "view"), [pair for pair in VIEWS if pair[1]])
def test_a_view_in_the_dark_can_be_read_by_all_prints_clean_and_fits_a_phone(
    open_tab: OpenTab, key: str, view: str
) -> None:
    entry = next(page for page in PAGES if page.key == key)
    narrowed = {"f": "overdue:100~;theft_last_on:2024-01-01~;is_cut:0;grade:A"} if view == "list" else {}
    tab = open_tab(locale=LOCALE["zh"], dark=True).open(address(entry), view=view, **narrowed)
    assert not tab.broken() and not tab.errors and not tab.foreign
    assert not faults(tab)
    prints_clean(tab)
    tab.page.set_viewport_size(PHONE)
    fits(tab)


@pytest.mark.parametrize("entry", PAGES, ids=lambda entry: entry.key)
def test_a_page_opens_on_a_phone_and_fits(open_tab: OpenTab, entry: Entry) -> None:
    """In English, whose words are the longer; the other language was held to a phone's width above."""
    tab = open_tab(locale=LOCALE["en"], **PHONE).open(address(entry))
    assert not tab.broken()
    tab.page.wait_for_function(FOLDED)
    fits(tab)
    assert not tab.errors


def test_maps_of_many_columns_keep_their_figures_on_a_phone_and_scroll_by_themselves(
    open_tab: OpenTab,
) -> None:
    """A finger on the map moves it: Plotly leaves the gesture to the page."""
    tab = open_tab(locale=LOCALE["zh"], **PHONE).open("/ageing", view="analysis")
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
    fits(tab)


def test_pages_at_1024_pixels_fit_with_their_side_folded_until_it_is_unfolded(open_tab: OpenTab) -> None:
    """In one tab, a page after the other; the news stands before the cards."""
    tab = open_tab(locale=LOCALE["en"], **TABLET)
    for entry in PAGES:
        tab.open(address(entry))
        tab.page.wait_for_function(FOLDED)
        assert not tab.broken() and not tab.errors
        fits(tab)
    tab.open("/")
    card = tab.page.locator('[data-testid="stMetric"]').first
    assert tab.page.locator(".st-key-attention").evaluate(TOP) < card.evaluate(TOP) < TABLET["height"]
    tab.page.locator('[data-testid="stExpandSidebarButton"]').click()
    tab.page.locator('[data-testid="stSidebar"] a').filter(has_text=Translator("en")("nav.ageing")).click()
    tab.page.wait_for_url("**/ageing*")
    tab.settled()
    assert not tab.page.evaluate(FOLDED), "who unfolds the side keeps it"


@pytest.mark.parametrize("entry", PAGES, ids=lambda entry: entry.key)
def test_a_deep_link_on_a_wide_screen_fits_and_loads_clean(open_tab: OpenTab, entry: Entry) -> None:
    """Streamlit seeks its root below a page's address first: those two answers, once, and no others."""
    page = address(entry)
    link = {"asof": "2026-06-30", "basis": "point", "class": "03", "lang": "en"}
    tab = open_tab(width=2560, height=1300).open(page, **link)
    assert tab.page.locator("h1").first.inner_text().strip() == Translator("en")(f"nav.{entry.key}")
    assert not tab.broken() and not tab.errors and not tab.foreign
    below = [f"{page}/_stcore/health", f"{page}/_stcore/host-config"]
    assert sorted(tab.searched) == ([] if page == "/" else below)


def test_the_check_of_answers_sees_one_that_refuses(open_tab: OpenTab) -> None:
    tab = open_tab().open("/")
    tab.page.evaluate("fetch('/media/none.png')")
    tab.page.wait_for_timeout(200)
    assert any(error.startswith("404 /media/none.png") for error in tab.errors)


def test_the_check_of_requests_sees_one_that_leaves(open_tab: OpenTab) -> None:
    """The watch itself can fail: a picture from elsewhere is noticed, though nothing answers there."""
    tab = open_tab().open("/")
    tab.page.evaluate("new Image().src = 'http://192.0.2.1/x.png'")
    tab.page.wait_for_timeout(200)
    assert tab.foreign == ["http://192.0.2.1/x.png"]


def test_the_check_of_accessibility_sees_a_fault(open_tab: OpenTab) -> None:
    tab = open_tab().open("/")
    tab.page.evaluate(
        "document.querySelector('[data-testid=stMain]').append(document.createElement('button'))"
    )
    assert any(fault.startswith("button-name") for fault in faults(tab))


def test_the_theme_follows_the_readers(open_tab: OpenTab) -> None:
    def background(tab: Tab) -> str:
        ask = "getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor"
        return str(tab.page.evaluate(ask))

    light, dark = background(open_tab().open("/")), background(open_tab(dark=True).open("/"))
    assert light == "rgb(255, 255, 255)"
    assert dark != light
