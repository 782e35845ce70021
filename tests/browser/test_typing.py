"""Figures typed the moment their box is clicked, as fast as keys come: every key arrives and is kept."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, expect

from dashboard.words.format import Format
from dashboard.words.i18n import Translator
from data.state import State
from services.tieout.differences import MEASURES as OFFICIAL
from tests.browser.conftest import OpenTab
from tests.browser.server import Tab
from tests.browser.test_evaluation import fine

T = Translator("en")


def box(tab: Tab, label: str) -> Locator:
    return tab.page.get_by_role("textbox", name=label, exact=True)


def type_fast(tab: Tab, figures: dict[str, str]) -> None:
    """Click the first box and type; go on by Tab."""
    first, *_ = figures
    box(tab, first).click()
    for i, (label, text) in enumerate(figures.items()):
        if i:
            tab.page.keyboard.press("Tab")
        expect(box(tab, label)).to_be_focused()
        tab.page.keyboard.type(text, delay=0)
    for label, text in figures.items():
        expect(box(tab, label)).to_have_value(text)


def save(tab: Tab, word: str) -> None:
    tab.page.get_by_role("button", name=re.compile(f"{re.escape(word)}$")).click()


def test_targets_typed_fast_are_kept_whole(open_tab: OpenTab, served: str, store: str) -> None:
    tab = open_tab(at=served, locale="en-US").open("/recovery", view="targets", lang="en")
    measures = ("current_year", "combined", "old_debt")
    type_fast(
        tab, {T(f"targets.file.{m}"): text for m, text in zip(measures, ("98.75", "97.5", "12"), strict=True)}
    )
    box(tab, T("targets.why")).fill("plan")
    save(tab, T("targets.save"))
    expect(tab.page.get_by_text(T("targets.kept", count="3"))).to_be_visible(timeout=30_000)
    assert [f.value for m in measures for f in State(store).targets() if f.measure == m] == [
        987_500,
        975_000,
        120_000,
    ]
    # At once again, in the boxes drawn anew.
    type_fast(tab.settled(), {Format(T).in_yuan(T("targets.file.overdue")): "1234567.89"})
    fine(tab)


def test_the_report_typed_fast_is_kept_whole(open_tab: OpenTab, served: str, store: str) -> None:
    tab = open_tab(at=served, locale="en-US").open("/data_checks", view="tieout", lang="en")
    given = {m: f"{9000 + i}.25" if m != "households" else "12345" for i, m in enumerate(OFFICIAL)}
    words = {m: T(f"data_checks.measure.{m}") for m in OFFICIAL}
    headings = {m: w if m == "households" else Format(T).in_yuan(w) for m, w in words.items()}
    type_fast(tab, {headings[m]: text for m, text in given.items()})
    save(tab, T("data_checks.tie.save"))
    expect(tab.page.get_by_text(re.compile("are saved"))).to_be_visible(timeout=60_000)
    months = {month for month in range(202601, 202613) for _ in State(store).official(month, "assessment")}
    [month] = months
    kept = {f.measure: f.value for f in State(store).official(month, "assessment")}
    assert kept == {m: 12345 if m == "households" else (9000 + i) * 100 + 25 for i, m in enumerate(OFFICIAL)}
    fine(tab)
