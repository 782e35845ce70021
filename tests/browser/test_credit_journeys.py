"""One customer's credit and the yearly publication, as a clerk and a manager go through them."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from dashboard.words.i18n import Translator
from data.state import State
from data.warehouse.snapshots import open_snapshot
from services.credit import customer_credit
from services.credit.policy_files import read_policy
from services.entitlements import service_due
from tests.browser.conftest import OpenTab
from tests.browser.server import Tab
from tests.browser.test_evaluation import fine

ZH, EN = Translator("zh"), Translator("en")
POLICY = read_policy()
KEYS = POLICY.credit.grade_keys
ZH_OR_EN = {"zh": "客户的服务标准", "en": "Service standard of grade"}


@pytest.fixture(scope="module")
def someone(sample_warehouse: Path) -> str:
    """The first customer whose grade has services due and is not the last one."""
    with open_snapshot(sample_warehouse) as db:
        day = db.meta.extract_on
        asked = "select cons_key, cons_no from dim_customer order by cons_key limit 60"
        for key, number in db.cursor().execute(asked).fetchall():
            told = customer_credit.decided_for(None, number, [day])
            [credit] = customer_credit.credit_on(db, POLICY, key, told)
            listed = [s for s in service_due.standard(POLICY, credit.grade) if s.is_listed]
            if listed and credit.grade in KEYS[:2]:
                return str(number)
    raise AssertionError("nobody in the sample has a service due")


def opened(tab: Tab, number: str, t: Translator) -> Tab:
    """The customer's file, by number; what the grade is owed is noted, read and put away."""
    tab.open("/customers", cons_no=number)
    note = tab.page.locator(".st-key-services_note")
    expect(note).to_contain_text(ZH_OR_EN[t.language], timeout=60_000)
    expect(tab.page.get_by_role("dialog")).to_have_count(0)
    note.get_by_role("button", name=t("services.close")).click()
    expect(note).to_have_count(0)
    return tab.settled()


def part(tab: Tab, t: Translator, key: str) -> None:
    """Open one of the tabs of the customer's credit."""
    tab.page.get_by_role("tab", name=t(f"credit.tabs.{key}")).click()
    tab.settled()


def read(tab: Tab, someone: str) -> Tab:
    """A customer is opened by number, the standard is noted once, and the sheet is taken away."""
    opened(tab, someone, ZH)
    said = tab.words()
    assert someone in said and ZH("credit.read.title") in said and ZH("columns.light") in said
    for key in ("raise", "history", "services"):
        part(tab, ZH, key)
        expect(tab.page.locator(".st-key-services_note")).to_have_count(0)
    with tab.page.expect_download() as caught:
        tab.page.get_by_role("button", name=ZH("credit.to_sheet")).click()
    sheet = Path(caught.value.path()).read_text(encoding="utf-8")
    assert POLICY.version in sheet and someone in sheet and not re.search(r"(src|href)=.?https?:", sheet)
    fine(tab)
    return tab


def all_whole(tab: Tab) -> None:
    """The words of the tables stay whole, on a phone too."""
    lines = tab.page.evaluate(
        """() => [...document.querySelectorAll('[data-testid="stTable"] td p')]
            .filter(p => p.textContent.length > 1 && !/[^\\u4e00-\\u9fff]/.test(p.textContent))
            .map(p => p.getClientRects().length && Math.round(
                p.getBoundingClientRect().height / parseFloat(getComputedStyle(p).lineHeight)))"""
    )
    assert len(lines) >= 5 and set(lines) == {1}
    fine(tab)


def test_a_file_is_read_and_a_service_is_ticked_and_kept(
    open_tab: OpenTab, served: str, someone: str, store: str
) -> None:
    tab = read(open_tab(at=served), someone)
    record = tab.page.get_by_role("button", name=re.compile(f"{ZH('services.record')}$"))
    tab.page.locator('[data-testid="stCheckbox"]:visible').first.click()
    record.click()
    expect(tab.page.get_by_text(ZH("services.recorded", count="1"))).to_be_visible(timeout=30_000)
    tab.settled()
    [kept] = State(store).services(someone)
    assert kept.done_on is not None
    State(store).record_services([replace(kept, withdrawn=True)], "test")
    fine(tab)


def test_an_override_needs_its_evidence(open_tab: OpenTab, served: str, someone: str, store: str) -> None:
    tab = opened(open_tab(at=served, locale="en-US"), someone, EN)
    part(tab, EN, "decisions")
    tab.page.get_by_role("button", name=re.compile(EN("credit.decisions.new_override"))).click()
    save = submit(tab, EN("credit.decisions.save"))
    save.click()
    expect(tab.page.get_by_text(EN("errors.state_reason_missing")).first).to_be_visible()
    tab.settled()
    assert State(store).overrides(someone) == []
    tab.page.get_by_role("textbox", name=EN("credit.decisions.why")).fill("Court ruling no. 3")
    tab.page.keyboard.press("Tab")
    save.click()
    expect(tab.page.get_by_text("Court ruling no. 3").first).to_be_visible(timeout=30_000)
    for _ in range(100):  # the form shows the words before they are kept
        if State(store).overrides(someone):
            break
        tab.page.wait_for_timeout(300)
    [kept] = State(store).overrides(someone)
    assert kept.why == "Court ruling no. 3"
    State(store).withdraw_override(kept.id, kept.valid_from, "test", "only tried")


def submit(tab: Tab, label: str) -> Locator:
    """The button of a form that is on the screen."""
    form = tab.page.locator('[data-testid="stFormSubmitButton"]:visible')
    return form.get_by_role("button", name=re.compile(f"{label}$"))


def publish(tab: Tab, why: str, tried_without: bool = False) -> None:
    """Make a draft and publish it, after a try without saying why."""
    page = tab.page
    submit(tab, ZH("grades.make_draft")).click()
    button = page.get_by_role(
        "button", name=re.compile(f"campaign.*{ZH('grades.publish_button')}$|^{ZH('grades.publish_button')}$")
    )
    expect(button).to_be_visible(timeout=60_000)
    tab.settled()
    if tried_without:
        button.click()
        expect(page.locator('[data-testid="stAlertContentWarning"]').first).to_be_visible()
        tab.settled()
    page.get_by_role("textbox", name=ZH("grades.publish_reason")).fill(why)
    page.keyboard.press("Tab")
    button.click()
    expect(button).to_have_count(0, timeout=60_000)
    tab.settled()


def test_what_is_published_for_a_later_day_can_be_written_back_at_once(
    open_tab: OpenTab, served: str, store: str
) -> None:
    """The data end before the first day of the year that customers were graded for."""
    assert not State(store).publications_in_force()
    tab = open_tab(at=served).open("/grades", view="publish")
    publish(tab, "年度评级", tried_without=True)
    [made] = State(store).publications_in_force()
    tab.page.get_by_role("button", name=re.compile(ZH("downloads.button"))).first.click()
    with tab.page.expect_download() as caught:
        tab.page.get_by_role("button", name=re.compile("CSV")).first.click()
    lines = Path(caught.value.path()).read_text(encoding="utf-8-sig").splitlines()
    fine(tab)
    State(store).withdraw_publication(made.id, "test", "only tried")
    assert len(lines) == made.customers + 1
    assert f"{made.valid_from}" in lines[1] and made.valid_from > made.as_of


def test_a_year_is_published_objected_to_and_reviewed(
    open_tab: OpenTab, served: str, someone: str, store: str
) -> None:
    tab = open_tab(at=served).open("/grades", view="publish", asof="2026-10-31")
    publish(tab, "年度评级")
    [first] = State(store).publications_in_force()
    assert first.why == "年度评级" and first.customers > 300
    clerk = opened(open_tab(at=served), someone, ZH)
    part(clerk, ZH, "decisions")
    clerk.page.get_by_role("button", name=re.compile(ZH("credit.decisions.new_objection"))).click()
    clerk.page.get_by_role("textbox", name=ZH("credit.decisions.objection_text")).fill("三月已缴清，回单在附")
    clerk.page.keyboard.press("Tab")
    submit(clerk, ZH("credit.decisions.save")).click()
    expect(clerk.page.get_by_text("三月已缴清").first).to_be_visible(timeout=30_000)
    fine(clerk)
    tab.open("/grades", view="publish")
    tab.page.get_by_text(ZH("grades.outcome.changed"), exact=True).click()
    grade = tab.page.get_by_role("combobox", name=re.compile(ZH("grades.new_grade"))).first
    tab.unfold(grade).click()
    tab.page.get_by_role("textbox", name=ZH("grades.review_why")).fill("核实回单")
    tab.page.keyboard.press("Tab")
    submit(tab, ZH("grades.review_button")).click()
    expect(tab.page.get_by_text(ZH("grades.no_objections")).first).to_be_visible(timeout=30_000)
    [objection] = State(store).objections(someone)
    assert objection.review is not None and objection.review.grade == KEYS[0]
    clerk.page.set_viewport_size({"width": 390, "height": 900})
    opened(clerk, someone, ZH)
    assert ZH("credit.by_review", first="", last="").split("，")[0] in clerk.words()
    all_whole(clerk)
    fine(tab)
    State(store).withdraw_publication(first.id, "test", "only tried")
