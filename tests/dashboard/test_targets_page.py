"""Targets on the pages: what a unit is held to, setting by file, who may not, taking back, both languages."""

from __future__ import annotations

import io
from dataclasses import fields
from datetime import date
from math import ceil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest
from streamlit.testing.v1 import AppTest

from dashboard import targets as shown
from dashboard.access import signin
from dashboard.access.auth import PERMISSIONS, User
from dashboard.charts.drawn import REFERENCE
from dashboard.nav import ROOT
from dashboard.page import Page
from dashboard.recovery import target_upload
from dashboard.recovery import targets as targets_view
from dashboard.words.format import Format
from dashboard.words.i18n import LANGUAGES, Translator
from data.kept.kept_values import Kept
from data.scope import Scope
from data.state import State, TargetFigure
from data.warehouse.snapshots import open_snapshot
from services.credit.policy_files import read_policy
from services.files.filled_in import Row
from services.recovery import figures
from tests.dashboard.test_pages import figures_of

DAY = date(2026, 10, 20)
COUNTY = "3340101"
PLAN = ((202601, 995_000), (202611, 981_000), (202612, 987_000))
both = pytest.mark.parametrize("t", [Translator(language) for language in LANGUAGES], ids=LANGUAGES)


def opened(t: Translator, page: str = "pages/recovery.py", **query: str) -> AppTest:
    """A page, drawn."""
    app = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=90)
    if page != "streamlit_app.py":
        app.switch_page(page)
    for name, value in {"lang": t.language, "asof": DAY.isoformat(), **query}.items():
        app.query_params[name] = value
    return fine(app.run())


def fine(app: AppTest) -> AppTest:
    """Nothing broke."""
    assert not app.exception and not app.error, [e.value for e in (*app.exception, *app.error)]
    return app


def said(app: AppTest) -> str:
    """The sentences on the page."""
    kinds = ("success", "warning", "caption", "info", "markdown")
    return " ".join(str(e.value) for kind in kinds for e in app.get(kind))


def button(app: AppTest, label: str) -> Any:
    """A button by its words."""
    return next(b for b in app.button if b.label == label)


def workbook(t: Translator, **cells: object) -> bytes:
    """The template with one row filled in, its headings in a language."""
    book = openpyxl.Workbook()
    book.active.append([t(f"targets.file.{f}") for f in cells])
    book.active.append(list(cells.values()))
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


@both
def test_a_row_of_no_unit_is_refused(warehouse_env: Path, t: Translator) -> None:
    app = opened(t, view="targets", org=COUNTY)
    nowhere = workbook(t, org_no="999", from_month="202608", current_year=99.99)
    fine(app.file_uploader[0].upload("typo.xlsx", nowhere, "text/plain").run())
    assert t("targets.checked", taken="0", refused="1", rest="0") in said(app)


def test_a_file_sets_a_target_that_the_headline_tells_and_it_is_taken_back(warehouse_env: Path) -> None:
    """In one language: files with the headings of either are read below."""
    t = Translator("zh")
    db, rules, fmt = open_snapshot(warehouse_env), read_policy().recovery, Format(t)
    year = figures.recovery(db, Scope(DAY, orgs=(COUNTY,)), rules).current_year
    before = opened(t, org=COUNTY)
    assert t("targets.is", target="99.50%") in said(before)
    app = opened(t, view="targets", org=COUNTY)
    content = workbook(t, org_no=COUNTY, from_month="202608", current_year=99.99)
    fine(app.file_uploader[0].upload("plan.xlsx", content, "text/plain").run())
    assert t("targets.checked", taken="1", refused="0", rest="0") in said(app)
    fine(button(app, t("targets.confirm", count="1")).click().run())
    assert t("errors.state_reason_missing") in said(app), "kept without a reason"
    app.text_input(key="targets_file_why").input("plan 2026")
    fine(button(app, t("targets.confirm", count="1")).click().run())
    assert t("targets.kept", count="1") in said(app)
    missing = fmt.money(max(0, ceil(year.billed * 9999 / 10000) - year.collected))
    for page in ("streamlit_app.py", "pages/recovery.py"):
        told = said(opened(t, page, org=COUNTY))
        assert t("targets.is", target="99.99%") in told and missing in told
        assert t("targets.is", target="99.50%") in said(opened(t, page)), "the company is held to another"
    app.text_input(key="targets_back_why").input("a slip")
    fine(button(app, t("targets.take_back")).click().run())
    assert t("targets.taken_back", number=1) in said(app)
    assert t("targets.is", target="99.50%") in said(opened(t, org=COUNTY))


@both
def test_who_may_not_set_targets_reads_them_and_one_confined_sees_their_own(
    warehouse_env: Path, monkeypatch: pytest.MonkeyPatch, t: Translator
) -> None:
    state = State.open(warehouse_env)
    state.set_targets([TargetFigure("33401", 202601, "combined", 912_345)], "boss", "plan", 0)
    state.set_targets([TargetFigure("3340102", 202601, "combined", 1)], "boss", "other", 1)
    user = User("chen", (COUNTY,), frozenset(PERMISSIONS) - {"targets"})
    monkeypatch.setattr(signin, "user_or_stop", lambda t: user)
    app = opened(t, view="targets")
    told = said(app)
    assert t("targets.may_not") in told and t("targets.no_history") in told
    assert not app.file_uploader and t("targets.save") not in [b.label for b in app.button]
    assert "91.23%" in " ".join(table.value.to_csv() for table in app.table)


@both
def test_what_is_typed_into_the_boxes_of_a_unit_is_set_and_nothing_is_changed_in_silence(
    warehouse_env: Path, t: Translator
) -> None:
    state = State.open(warehouse_env)
    state.set_targets([TargetFigure(COUNTY, 202609, "combined", 912_345)], "boss", "plan", 0)
    app = opened(t, view="targets", target_month="202609", target_unit=COUNTY)

    def box(measure: str) -> Any:
        return next(b for b in app.text_input if b.label.startswith(t(f"targets.file.{measure}")))

    assert [box(m).value for m in ("combined", "month", "overdue")] == ["91.2345", "", ""]
    box("month").input("101")
    app.text_input(key="targets_why").input("plan 2026")
    fine(button(app, t("targets.save")).click().run())
    assert t("errors.targets_box_rate", value="101") in said(app) and box("month").value == "101"
    box("month").input("９９.5％")
    box("overdue").input("1,234,567.89")
    box("combined").input("")
    fine(button(app, t("targets.save")).click().run())
    assert t("targets.kept", count="3") in said(app)
    standing = {(f.month, f.measure): f.value for f in state.targets()}
    assert standing[202609, "month"] == 995_000 and standing[202609, "overdue"] == 123_456_789
    assert standing.get((202609, "combined")) is None
    assert [box(m).value for m in ("combined", "month", "overdue")] == ["", "99.5", "1,234,567.89"]
    fine(button(app, t("targets.save")).click().run())
    assert t("errors.targets_nothing") in said(app)


def test_a_file_is_checked_against_what_a_colleague_set_since_the_page_was_drawn(warehouse_env: Path) -> None:
    state = State.open(warehouse_env)
    state.set_targets([TargetFigure(COUNTY, 202608, "current_year", 999_900)], "boss", "plan", 0)
    rules, t = SimpleNamespace(recovery=read_policy().recovery), Translator("en")
    db = open_snapshot(warehouse_env)
    store = SimpleNamespace(id="s", db=db, kept=Kept(10))
    scope, me = Scope(DAY), User("li", (), frozenset(PERMISSIONS))
    session = SimpleNamespace(again=lambda: me)
    given: Any = {f.name: None for f in fields(Page) if f.init}
    own: Any = {"policy": rules, "t": t, "store": store, "fmt": Format(t), "scope": scope, "user": me}
    page = Page(**{**given, **own, "session": session})
    upload = target_upload._upload(page)
    assert shown.book(page).own(COUNTY, 202608, "current_year").value == 999_900  # type: ignore[union-attr]
    state.set_targets([TargetFigure(COUNTY, 202608, "current_year", 980_000)], "he", "plan", 1)
    row = Row(2, {"org_no": COUNTY, "from_month": "202608", "current_year": "99.99"})
    assert upload.standing()[1] == 2
    assert [f.value for f in upload.check([row]).taken] == [999_900], "not what stands any more"


def test_what_a_colleague_sets_while_the_boxes_are_drawn_is_not_set_back(
    warehouse_env: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    t, state = Translator("zh"), State.open(warehouse_env)
    state.set_targets([TargetFigure(COUNTY, 202609, "combined", 912_345)], "boss", "plan", 0)
    plain = targets_view._month_box

    def meanwhile(page: Page) -> int:
        if state.targets_version() == 1:
            state.set_targets([TargetFigure(COUNTY, 202609, "combined", 950_000)], "he", "plan", 1)
        return plain(page)

    monkeypatch.setattr(targets_view, "_month_box", meanwhile)
    app = opened(t, view="targets", target_month="202609", target_unit=COUNTY)
    next(b for b in app.text_input if b.label.startswith(t("targets.file.month"))).input("99.5")
    app.text_input(key="targets_why").input("plan 2026")
    fine(button(app, t("targets.save")).click().run())
    assert t("errors.targets_changed_meanwhile") in said(app)
    assert [f.value for f in state.targets()] == [950_000]


@both
def test_the_year_end_is_set_beside_the_units_own_target_of_december(
    warehouse_env: Path, t: Translator
) -> None:
    with open_snapshot(warehouse_env) as db:
        assert figures.forecast(db, Scope(DAY, orgs=(COUNTY,)), read_policy().recovery).months
    plan = [TargetFigure(COUNTY, month, "current_year", value) for month, value in PLAN]
    State.open(warehouse_env).set_targets(plan, "boss", "plan", 0)
    for org, level in ((COUNTY, "98.70%"), ("33401", "99.50%")):
        told = next(
            m.value
            for m in opened(t, view="outlook", org=org).markdown
            if "**" in m.value and level in m.value
        )
        assert t("recovery.forecast_says").split("{expected}")[0].split("}")[1] in told


@both
def test_charts_draw_the_target_of_each_measure_that_has_one(warehouse_env: Path, t: Translator) -> None:
    """Above the trend's lines, in its lower panel, and in the months that were billed; each by its name."""
    aimed = {"current_year": 99.1, "combined": 98.2, "old_debt": 71.3, "month": 97.4}
    app = opened(t, view="targets", org=COUNTY)
    content = workbook(t, org_no=COUNTY, from_month="202601", **aimed)
    fine(app.file_uploader[0].upload("plan.xlsx", content, "text/plain").run())
    app.text_input(key="targets_file_why").input("plan 2026")
    fine(button(app, t("targets.confirm", count="4")).click().run())
    drawn = [
        (trace["name"], {round(v, 6) for v in trace["y"] if v is not None}, trace.get("yaxis", "y"))
        for figure in figures_of(opened(t, org=COUNTY, view="trend"))
        for trace in figure["data"]
        if trace.get("meta") == REFERENCE
    ]
    combined, old = (t("charts.target_of", what=t(f"columns.{c}")) for c in ("combined_rate", "old_rate"))
    one = t("columns.target")
    year = (one, {99.1, 99.5}, "y")
    assert drawn == [year, (combined, {98.2}, "y"), (old, {71.3}, "y2"), (one, {97.4}, "y")]
