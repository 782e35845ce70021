"""Each editor and slider of 信用评价 in a real browser: by the keyboard, and the link follows."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from analytics.policy import Policy
from analytics.policy_edits import model_in, weighting_in
from analytics.policy_link import from_link
from dashboard.words.i18n import Translator
from services.credit.policy_files import read_policy
from tests.browser.conftest import OpenTab
from tests.browser.server import Tab

ZH, EN = Translator("zh"), Translator("en")
POLICY = read_policy()


def tried(tab: Tab) -> Policy:
    """The rules that the address tries."""
    said = parse_qs(urlsplit(tab.page.url).query).get("try", [""])[0]
    return from_link(said, POLICY)


def fine(tab: Tab) -> None:
    assert not tab.broken() and not tab.errors and not tab.foreign


def pick(tab: Tab, label: str, option: str) -> None:
    """Choose an option of a select box by the keyboard alone."""
    tab.unfold(tab.page.get_by_role("combobox", name=label).first)
    tab.page.get_by_role("option", name=option, exact=True).first.wait_for()
    tab.page.keyboard.type(option)
    tab.page.keyboard.press("Enter")
    tab.page.wait_for_url(re.compile("try="))
    tab.settled()


def test_a_judgement_is_changed_in_words_and_the_ratio_follows(open_tab: OpenTab) -> None:
    tab = open_tab().open("/evaluation", view="weights", model="lv_nonresident")
    before = tab.page.locator('[data-testid="stMetricValue"]').first.inner_text()
    option = ZH("evaluation.scale.more7", value="7")
    pick(tab, ZH("evaluation.against", item=ZH("evaluation.group.surface")), option)
    assert model_in(tried(tab).credit, "lv_nonresident").weighting.judgements[0][1] == 7
    assert tab.page.locator('[data-testid="stMetricValue"]').first.inner_text() != before
    expect(tab.page.get_by_text(ZH("evaluation.moved")).first).to_be_visible()
    fine(tab)


def test_the_mixing_slider_moves_by_arrow_keys(open_tab: OpenTab) -> None:
    tab = open_tab(locale="en-US").open("/evaluation", view="weights", model="resident")
    tab.page.get_by_text(EN("evaluation.methods.linear"), exact=True).click()
    tab.page.wait_for_url(re.compile("try="))
    tab.settled()
    slider = tab.page.get_by_role("slider").first
    slider.focus()
    for _ in range(3):
        tab.page.keyboard.press("ArrowRight")
    tab.page.wait_for_function("() => decodeURIComponent(location.search).includes('alpha')")
    tab.settled()
    assert weighting_in(model_in(tried(tab).credit, "resident"), "behaviour").alpha > 0.5
    fine(tab)


@pytest.mark.full  # a figure is typed into the knots, too
def test_a_weight_is_typed_by_hand(open_tab: OpenTab) -> None:
    tab = open_tab(locale="en-US").open("/evaluation", view="weights", model="lv_nonresident")
    tab.page.get_by_text(EN("evaluation.methods.hand"), exact=True).click()
    tab.page.wait_for_url(re.compile("try="))
    tab.settled()
    name = EN("evaluation.percent_of", item=EN("evaluation.group.behaviour"))
    tab.page.get_by_role("spinbutton", name=name).fill("10")
    tab.page.keyboard.press("Enter")
    expect(tab.page.get_by_text(EN("evaluation.moved")).first).to_be_visible()
    tab.settled()
    assert model_in(tried(tab).credit, "lv_nonresident").weighting.hand[0] == 0.1
    fine(tab)


def test_knots_are_typed_refused_in_a_sentence_and_mended(open_tab: OpenTab) -> None:
    tab = open_tab(locale="en-US", width=390, height=844)
    tab.open("/evaluation", view="memberships", model="resident", ind="on_time_share")
    box = tab.page.get_by_role("spinbutton", name=EN("evaluation.knot.peak", grade="D"))
    box.fill("99")
    tab.page.keyboard.press("Enter")
    warning = tab.page.get_by_text("out of order")
    expect(warning).to_be_visible()
    assert "try=" not in tab.page.url
    box.fill("65")
    tab.page.keyboard.press("Enter")
    tab.page.wait_for_url(re.compile("try="))
    expect(warning).to_have_count(0)
    tab.settled()
    assert model_in(tried(tab).credit, "resident").groups[0].factors[0].points[1] == 65
    fine(tab)


@pytest.mark.full  # a judgement is chosen the same way
def test_an_operator_is_tried_and_the_what_if_dropped(open_tab: OpenTab) -> None:
    tab = open_tab().open("/evaluation", view="operators", model="hv")
    pick(tab, ZH("evaluation.operator_in_use"), "M(∧,∨) " + ZH("evaluation.operator.min_max"))
    assert tried(tab).credit.operator == "M(min,max)"
    tab.page.get_by_role("button", name=ZH("whatif.clear")).first.click()
    tab.page.wait_for_function("() => !location.search.includes('try=')")
    tab.settled()
    fine(tab)


def test_the_policy_goes_out_and_comes_in_again(open_tab: OpenTab, tmp_path: Path) -> None:
    tab = open_tab(locale="en-US").open("/evaluation", view="file")
    with tab.page.expect_download() as caught:
        tab.page.get_by_role("button", name=EN("evaluation.export_adopted")).click()
    text = Path(caught.value.path()).read_text(encoding="utf-8")
    assert Policy.from_toml(text) == POLICY
    changed = tmp_path / "changed.toml"
    changed.write_text(text.replace("valid_months = 12", "valid_months = 6", 1), encoding="utf-8")
    tab.page.locator('input[type="file"]').set_input_files(changed)
    tab.page.wait_for_url(re.compile("try="))
    tab.settled()
    assert tried(tab).credit.valid_months == 6
    fine(tab)


def test_the_what_if_goes_along_to_the_grades(open_tab: OpenTab) -> None:
    tab = open_tab().open("/evaluation", view="memberships", model="resident", ind="on_time_share")
    tab.page.get_by_role("spinbutton", name=ZH("evaluation.knot.peak", grade="D")).fill("60")
    tab.page.keyboard.press("Enter")
    tab.page.wait_for_url(re.compile("try="))
    tab.settled()
    link = parse_qs(urlsplit(tab.page.url).query)["try"]
    tab.page.locator('[data-testid="stSidebar"]').get_by_role("link", name=ZH("nav.grades")).click()
    expect(tab.page.locator("h1").first).to_have_text(ZH("nav.grades"), timeout=60_000)
    tab.settled()
    assert parse_qs(urlsplit(tab.page.url).query)["try"] == link
    fine(tab)
