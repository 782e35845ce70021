"""A number or a name opens its row, by the mouse and by the keyboard; the search text is there on return."""

from __future__ import annotations

import pytest

from dashboard.words.i18n import Translator
from tests.browser.conftest import OpenTab
from tests.browser.server import Tab
from tests.browser.test_journeys import query

ZH = Translator("zh")
DAY = "2026-11-19"
BOX, ROW = 34, 35
"""Pixels: how wide the column of boxes is, how high a row is."""


def first_row(tab: Tab, across: int) -> None:
    """Click a cell of the first row, so many pixels right of the boxes."""
    table = tab.page.locator('[data-testid="stDataFrame"] canvas').first
    table.scroll_into_view_if_needed()
    corner = table.bounding_box()
    assert corner is not None
    tab.page.mouse.click(corner["x"] + BOX + across, corner["y"] + ROW * 1.5)


def comes_to_name(tab: Tab, parameter: str) -> dict[str, list[str]]:
    """Wait until the link says more than before."""
    tab.page.wait_for_url(lambda url: f"{parameter}=" in url)
    return query(tab.settled())


def back(tab: Tab) -> None:
    """Leave the customer's file for the list."""
    tab.page.get_by_role("button", name=ZH("customers.file.back")).click()
    tab.page.wait_for_url(lambda url: "&c=" not in url and "?c=" not in url)
    tab.settled()


@pytest.mark.parametrize("view", ["list", pytest.param("closed", marks=pytest.mark.full)])
def test_a_number_opens_the_file_keys_do_too_and_back_is_the_same_list(open_tab: OpenTab, view: str) -> None:
    tab = open_tab().open("/customers", view=view, asof=DAY)
    box = tab.page.locator('[data-testid="stMain"] input[type="text"]').first
    box.fill("0")
    box.press("Enter")
    tab.settled()
    first_row(tab, 700)
    tab.page.wait_for_timeout(500)
    assert "c" not in query(tab), "a figure alone opens nothing: it can be marked and copied"
    tab.page.keyboard.press("Shift+Space")
    comes_to_name(tab, "c")
    back(tab)
    first_row(tab, 60)
    asked = comes_to_name(tab, "c")
    assert asked["asof"] == [DAY] and asked["view"] == [view]
    back(tab)
    assert box.input_value() == "0"
    assert not tab.broken() and not tab.errors


def test_the_name_of_a_unit_leads_down_from_the_ranking_and_its_search_stays(open_tab: OpenTab) -> None:
    tab = open_tab().open("/recovery", view="ranking", asof=DAY, rank_level="station")
    box = tab.page.get_by_role("textbox", name=ZH("paging.search"))
    box.fill("供电所")
    box.press("Enter")
    tab.settled()
    first_row(tab, 100)
    asked = comes_to_name(tab, "org")
    assert asked["asof"] == [DAY] and asked["view"] == ["ranking"]
    assert box.input_value() == "供电所"
    assert not tab.broken() and not tab.errors
