"""The table of collection in a real browser: a cell by the keyboard, refused in words, whole on a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from dashboard.words.i18n import Translator
from tests.browser.conftest import OpenTab
from tests.browser.test_each_page import PHONE, faults, fits
from tests.browser.test_evaluation import fine, pick, tried

ZH = Translator("zh")


@pytest.mark.full  # tests/dashboard/test_collection_rules_page.py tries the editor in the ordinary run
def test_a_cell_is_chosen_by_the_keyboard_refused_in_words_and_read_on_a_phone(open_tab: OpenTab) -> None:
    tab = open_tab().open("/collection", view="rules")
    pick(tab, ZH("collection_rules.band_last", first=91), ZH("collection_rules.action_sms"))
    assert tried(tab).collection.rules.table[0].actions[-1] == "sms"
    expect(tab.page.get_by_text("从第 91 天起的动作比从第 31 天起的轻").first).to_be_visible()
    expect(tab.page.get_by_text(ZH("collection_rules.may_fall")).first).to_be_visible()
    tab.page.set_viewport_size(PHONE)
    fits(tab)
    assert not faults(tab)
    fine(tab)
