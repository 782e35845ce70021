"""On paper: a page without what one clicks, light and whole; one customer's sheet on one page of A4."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import expect

from dashboard.words.i18n import Translator
from tests.browser.conftest import OpenTab
from tests.browser.server import Tab
from tests.browser.test_journeys import download, go_to

PAGE = re.compile(rb"/Type\s*/Page\b")
FITTED = """() => addEventListener('beforeprint', () => {
    window.fitted = [...document.querySelectorAll('.main-svg')].every(one => one.getAttribute('viewBox'));
}, {once: true})"""
"""While a page is printed each drawing has a frame, by which the style sheet fits it to the sheet."""
TOLD = "() => ['beforeprint', 'afterprint'].forEach(what => dispatchEvent(new Event(what)))"
TO_CLICK = """() => [...document.querySelectorAll(
        'button, input, textarea, a, summary, [role="slider"], [role="combobox"]')]
    .filter(e => e.checkVisibility({visibilityProperty: true}) && e.getClientRects().length)
    .filter(e => !e.closest('.st-key-chips, .st-key-attention, details[open] > summary'))
    .map(e => `${e.closest('[data-testid]')?.dataset.testid}: ${e.innerText || e.outerHTML}`)"""
"""What is still there to be clicked or typed into, but what narrows the page and what needs attention."""
CUT = "e => getComputedStyle(e).overflowY !== 'visible' && e.scrollHeight > e.clientHeight + 1"


@contextmanager
def _on_paper(tab: Tab) -> Iterator[None]:
    """A page as on paper: nothing to click, whole, and once it has been printed its charts were whole."""
    tab.page.emulate_media(media="print")
    assert not tab.page.evaluate(TO_CLICK)
    assert not tab.page.get_by_test_id("stMain").evaluate(CUT), "a page is longer than its window"
    tab.page.evaluate(FITTED)
    yield
    assert tab.page.evaluate("window.fitted") is True, "a chart is wider than the sheet and cut"
    tab.page.emulate_media(media="screen")


def prints_clean(tab: Tab) -> int:
    """The number of sheets of a page, which has nothing to click, is whole, and has its charts whole."""
    with _on_paper(tab):
        return len(PAGE.findall(tab.page.pdf(prefer_css_page_size=True)))


def clean_on_paper(tab: Tab) -> None:
    """The same of a page that is told of being printed, but of which no sheets are drawn."""
    with _on_paper(tab):
        tab.page.evaluate(TOLD)


def test_printed_pages_have_their_scope_and_nothing_to_click(open_tab: OpenTab) -> None:
    tab = open_tab().open("/", org="3340101", basis="point")
    for key in ("overview", "customers"):
        if key != "overview":
            go_to(tab, key)
        assert prints_clean(tab) > 1, key
        tab.page.emulate_media(media="print")
        expect(tab.page.locator('[data-testid="stButton"]:visible')).to_have_count(2)
        chips = tab.page.locator(".st-key-chips")
        expect(chips).to_contain_text(Translator("zh")("common.basis.point"))
        if key == "overview":
            expect(tab.page.locator(".st-key-attention a").first).to_be_visible()
        tab.page.emulate_media(media="screen")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_sheet_of_a_customer_is_one_page_with_what_is_owed_on_top(
    open_tab: OpenTab, sample_warehouse: Path, language: str
) -> None:
    from data.warehouse.snapshots import open_snapshot

    with open_snapshot(sample_warehouse) as db:
        ask = "select cons_no from fct_bill join dim_customer using (cons_key) order by due_on, 1 limit 1"
        number = str(db.cursor().execute(ask).fetchone()[0])
    t = Translator(language)
    tab = open_tab().open("/customers", cons_no=number, lang=language)
    name, content = download(tab, t("credit.to_sheet"))
    assert name.endswith(".html")
    sheet = tab.page.context.new_page()
    sheet.set_content(content.decode())
    assert len(PAGE.findall(sheet.pdf(prefer_css_page_size=True, print_background=True))) == 1
    assert sheet.locator(".head").inner_text().strip().startswith(t("columns.overdue"))
