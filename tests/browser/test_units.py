"""From the province down to a transformer area and back: by dots, by the select box, by levels, by keys."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, expect

from dashboard.words.i18n import Translator
from tests.browser.conftest import OpenTab
from tests.browser.server import Tab
from tests.browser.test_journeys import choose_basis, data_line, query

ZH = Translator("zh")
CRUMBS = '.st-key-breadcrumb [data-testid="stPageLink"]'
DOT = '.js-plotly-plot .scatterlayer path.point[d*="A"]'
"""A round dot: last year's marks are straight lines."""


def fine(tab: Tab) -> bool:
    """Nothing failed, and nothing left this machine."""
    return not tab.broken() and not tab.errors and not tab.foreign


def place(tab: Tab) -> tuple[list[str], list[str]]:
    """The unit and the transformer area in the link."""
    return query(tab).get("org", []), query(tab).get("area", [])


def goes_on(tab: Tab, before: tuple[list[str], list[str]]) -> tuple[list[str], list[str]]:
    """Wait until the link names another place."""
    for _ in range(100):
        if place(tab) != before:
            break
        tab.page.wait_for_timeout(100)
    tab.settled()
    assert place(tab) != before, "nothing happened"
    return place(tab)


def deeper_by_dot(tab: Tab) -> tuple[list[str], list[str]]:
    """Click the first dot."""
    before = place(tab)
    dot = tab.page.locator(DOT).first
    dot.wait_for(timeout=60_000)
    dot.scroll_into_view_if_needed()
    dot.click(force=True)
    return goes_on(tab, before)


def deeper_by_keys(tab: Tab, box: Locator) -> tuple[list[str], list[str]]:
    """Take the first thing that a select box offers, with keys alone."""
    before = place(tab)
    tab.unfold(box)
    tab.page.keyboard.press("Enter")
    return goes_on(tab, before)


def go_down(tab: Tab) -> Locator:
    """The select box that goes down one level."""
    return tab.page.get_by_role("combobox", name=ZH("recovery.go_down"))


def test_dots_lead_down_to_an_area_and_the_breadcrumb_back(open_tab: OpenTab) -> None:
    tab = open_tab().open("/recovery", view="compare")
    (county,), (station,) = deeper_by_dot(tab)[0], deeper_by_dot(tab)[0]
    assert station.startswith(county) and station != county
    (unit,), area = deeper_by_dot(tab)
    assert unit == station and len(area) == 1
    assert tab.page.locator(CRUMBS).count() == 6, "all, province, city, county, station, area"
    assert fine(tab)

    for step, left in ((3, [county]), (0, [])):
        before = place(tab)
        tab.page.locator(CRUMBS).nth(step).get_by_role("link").click()
        assert goes_on(tab, before) == (left, [])
        assert query(tab)["view"] == ["compare"]
    tab.page.go_back()
    assert goes_on(tab, ([], [])) == ([county], [])
    choose_basis(tab)
    assert place(tab) == ([county], []) and fine(tab)


def test_the_select_box_leads_down_the_same_way(open_tab: OpenTab) -> None:
    tab = open_tab().open("/recovery", view="compare")
    county, _ = deeper_by_keys(tab, go_down(tab))
    station, area = deeper_by_keys(tab, go_down(tab))
    assert station[0].startswith(county[0]) and station != county and area == []
    assert tab.page.locator(CRUMBS).count() == 5 and fine(tab)


def test_levels_are_chosen_with_keys_on_any_page(open_tab: OpenTab) -> None:
    tab = open_tab().open("/customers", basis="point")
    side = tab.page.locator('[data-testid="stSidebar"]')
    side.locator("summary", has_text=ZH("filters.levels")).focus()
    tab.page.keyboard.press("Enter")
    tab.settled()
    levels = side.locator('[data-testid="stExpander"]').first.get_by_role("combobox")
    for depth in (1, 2, 3):
        expect(levels).to_have_count(depth)
        found = deeper_by_keys(tab, levels.nth(depth - 1))
    assert [len(codes) for codes in found] == [1, 1] and query(tab)["basis"] == ["point"]
    levels.nth(1).focus()
    tab.page.keyboard.press("Escape")
    unit, area = goes_on(tab, found)
    assert found[0][0].startswith(unit[0]) and unit != found[0] and area == []
    assert fine(tab)


def test_levels_are_chosen_on_a_phone(open_tab: OpenTab) -> None:
    tab = open_tab(width=390, height=844).open("/")
    tab.page.get_by_test_id("stExpandSidebarButton").click()
    side = tab.page.locator('[data-testid="stSidebar"]')
    side.locator("summary", has_text=ZH("filters.levels")).click()
    tab.settled()
    side.locator('[data-testid="stExpander"]').first.get_by_role("combobox").first.click()
    tab.page.get_by_role("option").first.click()
    tab.page.wait_for_url(re.compile(r"[?&]org="))
    assert fine(tab.settled())


def test_a_row_leads_down_once_and_another_day_does_not_repeat_it(open_tab: OpenTab) -> None:
    tab = open_tab().open("/recovery", view="compare")
    (county,), _ = deeper_by_row(tab)
    other_month(tab)
    assert place(tab) == ([county], []), "the day changed, the unit did not"

    before = place(tab)
    tab.page.locator(CRUMBS).nth(0).get_by_role("link").click()
    assert goes_on(tab, before) == ([], [])
    other_month(tab)
    assert place(tab) == ([], []), "the row that was chosen before leads down again"
    assert len(deeper_by_row(tab)[0]) == 1, "after another day a row still leads down"
    assert fine(tab)


def deeper_by_row(tab: Tab) -> tuple[list[str], list[str]]:
    """Tick the first row of the table."""
    before = place(tab)
    table = tab.page.locator('[data-testid="stDataFrame"] canvas').first
    table.scroll_into_view_if_needed()
    corner = table.bounding_box()
    assert corner is not None
    tab.page.mouse.click(corner["x"] + 16, corner["y"] + 52)
    return goes_on(tab, before)


def other_month(tab: Tab) -> None:
    """Take the month before, with keys, and wait until the page is of that day."""
    before = data_line(tab)
    tab.unfold(
        tab.page.locator('[data-testid="stSidebar"]').get_by_role("combobox", name=ZH("filters.as_of"))
    )
    tab.page.keyboard.press("ArrowDown")
    tab.page.keyboard.press("Enter")
    expect(tab.page.locator('[data-testid="stMain"]')).not_to_contain_text(before, timeout=30_000)
    tab.settled()
