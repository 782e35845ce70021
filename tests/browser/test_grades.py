"""Cut-off sliders and adopting on 信用等级 in a real browser: by the keyboard, and the link follows."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from dashboard.grades.tune import STEP
from dashboard.words.i18n import Translator
from services.credit.policy_files import read_policy
from tests.browser.conftest import OpenTab
from tests.browser.server import Tab
from tests.browser.test_evaluation import fine, tried

ZH, EN = Translator("zh"), Translator("en")


def cutoffs(tab: Tab, model: str = "resident") -> tuple[float, ...]:
    """The cut-offs that the address tries."""
    return next(m.cutoffs for m in tried(tab).credit.models if m.key == model)


def moved(tab: Tab) -> str:
    """How many change grade, as the page says."""
    card = tab.page.locator('[data-testid="stMetric"]', has_text=ZH("grades.changed")).first
    return card.locator('[data-testid="stMetricValue"]').inner_text()


def test_a_cut_off_moves_by_arrow_keys_and_undo_brings_it_back(open_tab: OpenTab) -> None:
    tab = open_tab().open("/grades", view="tune", model="resident")
    assert moved(tab) == "0"
    default = next(m.cutoffs for m in read_policy().credit.models if m.key == "resident")
    slider = tab.page.get_by_role("slider").first
    slider.focus()
    for _ in range(8):
        tab.page.keyboard.press("ArrowRight")
        tab.page.wait_for_timeout(150)  # a hand's pace: some moves are sent while others still run
    moved_by_all = (default[0] + 8 * STEP, *default[1:])
    tab.page.wait_for_url(re.compile(f"try=cut.resident%3A{moved_by_all[0]:g}-"))
    tab.settled()
    assert cutoffs(tab) == moved_by_all, "a key is lost"
    assert slider.evaluate("e => e === document.activeElement"), "the hand has to seek the slider again"
    expect(tab.page.get_by_text(ZH("grades.movers"), exact=True).first).to_be_visible()
    tab.page.get_by_role("button", name=ZH("grades.reset")).click()
    tab.page.wait_for_function("() => !location.search.includes('try=')")
    tab.settled()
    assert moved(tab) == "0"
    fine(tab)


@pytest.mark.full  # by any link of a page they do; that a what-if goes along is held by the evaluation's
def test_a_link_with_a_what_if_shows_the_same_to_somebody_else(open_tab: OpenTab) -> None:
    asked = {"view": "tune", "model": "resident", "try": "cut.resident:97-85-70-50"}
    first, second = (open_tab().open("/grades", **asked) for _ in range(2))
    assert moved(first) == moved(second) != "0"
    fine(first)
    fine(second)


def test_adopting_asks_for_a_reason_and_can_be_undone(open_tab: OpenTab) -> None:
    tab = open_tab(locale="en-US").open("/grades", view="adopt", **{"try": "cut.hv:92-75-60-45"})
    button = tab.page.get_by_role("button", name=re.compile(f"{EN('grades.adopt_button')}$"))
    reason = tab.page.get_by_role("textbox", name=EN("grades.adopt_reason"))
    reason.evaluate("box => { box.isTheSame = true; }")
    button.click()
    expect(tab.page.get_by_text(EN("errors.state_reason_missing"))).to_be_visible()
    tab.settled()
    assert reason.evaluate("box => box.isTheSame === true"), "a box drawn anew loses what is being typed"
    reason.fill("Tried on last year")
    tab.page.keyboard.press("Tab")
    button.click()
    expect(tab.page.get_by_role("textbox", name=EN("grades.undo_reason"))).to_be_visible(timeout=30_000)
    tab.settled()
    assert "try=" not in tab.page.url
    tab.page.get_by_role("textbox", name=EN("grades.undo_reason")).fill("Only a trial")
    tab.page.keyboard.press("Tab")
    tab.page.get_by_role("button", name=re.compile(f"{EN('grades.undo_adoption')}$")).click()
    expect(tab.page.get_by_role("textbox", name=EN("grades.undo_reason"))).to_have_count(0, timeout=30_000)
    fine(tab)
