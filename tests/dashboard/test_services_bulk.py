"""Services recorded many at once on the page: picked, uploaded, confirmed, taken back; who may not."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.access import signin
from dashboard.access.auth import LOCAL_USER, PERMISSIONS, User
from dashboard.grades import service_standards as view
from dashboard.nav import PAGES, ROOT
from dashboard.words.i18n import LANGUAGES, Translator
from data.scope import Scope
from data.state import State
from data.warehouse.snapshots import Snapshot, open_snapshot
from services.credit import grading
from services.credit.policy_files import read_policy
from services.decided.inputs import decided
from services.entitlements import service_due
from services.entitlements.service_list import Wanted, work_list
from services.entitlements.service_upload import FORM
from tests.actors import by

POLICY = read_policy()
DAY = date(2026, 7, 31)
UNGRADED = date(2026, 7, 16)
"""A day that no other test has graded."""
SPEAKS = [Translator(language) for language in LANGUAGES]
both = pytest.mark.parametrize("t", SPEAKS, ids=LANGUAGES)
chinese, english = (pytest.mark.parametrize("t", [t], ids=[t.language]) for t in SPEAKS)
"""One language is enough where no words are made, written or read but those that the page draws."""


@pytest.fixture
def db(warehouse_env: Path) -> Snapshot:
    found = open_snapshot(warehouse_env)
    grading.ensure_graded(found, POLICY, DAY, decided(None, DAY))
    return found


@pytest.fixture
def state(db: Snapshot, warehouse_env: Path) -> State:
    """A store of this test's own."""
    return State.open(warehouse_env)


def opened(t: Translator, **query: str) -> AppTest:
    """The view, drawn."""
    app = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=90)
    app.switch_page(next(p.path for p in PAGES if p.key == "grades"))
    asked = {"view": "services", "lang": t.language, "asof": DAY.isoformat(), "earlier": "yes", **query}
    for name, value in asked.items():
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


def listed(app: AppTest) -> pd.DataFrame:
    """The table of what is to be done."""
    return app.dataframe[0].value


def done(state: State) -> set[tuple[str, str, date, date | None, str]]:
    """What stands as done."""
    records = state.services_due(*service_due.ALWAYS)
    return {(r.cons_no, r.service, r.due_on, r.done_on, r.note) for r in records}


def waiting(db: Snapshot, state: State | None, scope: Scope | None = None) -> list[dict[Any, Any]]:
    """The work list of the day."""
    return work_list(db, POLICY, state, scope or Scope(DAY), Wanted(earlier=True)).to_dict("records")


def filled(t: Translator, rows: list[dict[Any, Any]], done_on: Any = DAY) -> bytes:
    """The list as downloaded in a language, filled in."""
    book = openpyxl.Workbook()
    book.active.append([t(f"services.file.{f}") for f in FORM.fields])
    for r in rows:
        book.active.append([r["cons_no"], r["service"], r["due_on"].to_pydatetime(), done_on, "王师傅"])
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


@chinese
def test_several_rows_are_picked_recorded_and_taken_back(db: Snapshot, state: State, t: Translator) -> None:
    rows = waiting(db, state)
    app = opened(t)
    shown = listed(app)
    assert list(shown["cons_no"]) == [r["cons_no"] for r in rows][:1000]
    assert button(app, t("services.record_picked", count="0")).disabled
    app.session_state[app.dataframe[0].key] = {"selection": {"rows": [0, 3, 5], "columns": [], "cells": []}}
    app.text_input(key="services_note").input("王师傅")
    app.run()
    button(fine(app), t("services.record_picked", count="3")).click().run()
    assert t("services.recorded", count="3") in said(fine(app))
    picked = [rows[i] for i in (0, 3, 5)]
    assert done(state) == {(r["cons_no"], r["service"], r["due_on"].date(), DAY, "王师傅") for r in picked}
    assert len(waiting(db, state)) == len(rows) - 3 and button(app, t("services.record_picked", count="0"))
    button(app, t("services.take_back")).click().run()
    assert t("services.taken_back", count="3") in said(fine(app))
    assert done(state) == set() and listed(app).equals(shown)
    assert t("services.taken_back_by", who=t("downloads.local_user")) in app.dataframe[-1].value.to_string()


@both
def test_an_uploaded_list_is_kept_only_when_confirmed(db: Snapshot, state: State, t: Translator) -> None:
    rows = waiting(db, state)[:8]
    rows[7] = rows[7] | {"cons_no": "12345"}
    app = opened(t)
    app.get("file_uploader")[0].upload("八月.xlsx", filled(t, [*rows, rows[0]])).run()
    assert t("services.checked", taken="7", refused="2", rest="0") in said(fine(app))
    refused = app.dataframe[1].value
    assert list(refused["line"]) == [9, 10]
    assert list(refused["reason"]) == [
        t("services.refused.customer"),
        t("services.refused.twice", told="2"),
    ]
    assert done(state) == set(), "kept before anybody confirmed"
    button(app, t("services.confirm", count="7")).click().run()
    assert t("services.recorded", count="7") in said(fine(app))
    assert {d[0] for d in done(state)} == {r["cons_no"] for r in rows[:7]}
    assert [(b.name, b.services) for b in state.batches()] == [("八月.xlsx", 7)]
    assert not [b for b in app.button if b.label.startswith(t("services.confirm", count=""))]


@english
def test_what_changed_since_the_check_must_be_looked_at_again(
    db: Snapshot, state: State, t: Translator
) -> None:
    rows = waiting(db, state)[:3]
    app = opened(t)
    app.get("file_uploader")[0].upload("list.xlsx", filled(t, rows)).run()
    first = rows[0]
    record = service_due.ServiceRecord(first["cons_no"], first["service"], first["due_on"].date(), DAY)
    service_due.record_done(db, state, by("wang"), POLICY, [record], DAY)
    button(app, t("services.confirm", count="3")).click().run()
    assert t("errors.rows_changed_meanwhile") in said(fine(app)) and len(done(state)) == 1
    button(app, t("services.confirm", count="2")).click().run()
    assert len(done(state)) == 3 and not fine(app).warning


@pytest.mark.parametrize(
    ("t", "name", "content", "key"),
    [
        (SPEAKS[0], "letter.xlsx", b"PK\x03\x04 a letter", "table_unreadable"),
        (SPEAKS[0], "list.csv", b"a,b\n1,2\n", "rows_no_heading"),
        (SPEAKS[1], "list.csv", b"a,b\n1,2\n", "rows_no_heading"),
        (SPEAKS[1], "list.csv", b"\x00\x00", "table_unreadable"),
    ],
)
def test_a_file_that_is_no_list_is_refused_with_a_sentence(
    db: Snapshot, state: State, t: Translator, name: str, content: bytes, key: str
) -> None:
    app = opened(t)
    app.get("file_uploader")[0].upload(name, content).run()
    [warning] = [w.value for w in fine(app).warning]
    assert warning.startswith(t(f"errors.{key}", name=name, wanted="|").split("|")[0][:12])
    assert done(state) == set()


def test_who_may_not_sees_the_list_and_nothing_to_record(
    db: Snapshot, state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = User("chen", (), frozenset(PERMISSIONS) - {"services"})
    monkeypatch.setattr(signin, "user_or_stop", lambda t: user)
    app = opened(SPEAKS[0])
    assert len(listed(app)) and SPEAKS[0]("services.may_not") in said(app)
    assert not app.get("file_uploader")
    assert not [b for b in app.button if SPEAKS[0]("services.take_back") in b.label]
    assert not app.text_input


def test_a_unit_reader_works_on_their_unit_alone(
    db: Snapshot, state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    t, rows = SPEAKS[1], waiting(db, state)
    mine = rows[0]["org_no"]
    others = [r for r in rows if not r["org_no"].startswith(mine)][:2]
    service_due.record_done(
        db,
        state,
        by("wang"),
        POLICY,
        [
            service_due.ServiceRecord(
                others[1]["cons_no"], others[1]["service"], others[1]["due_on"].date(), DAY
            )
        ],
        DAY,
        batch="of another unit",
    )
    monkeypatch.setattr(signin, "user_or_stop", lambda t: replace(LOCAL_USER, orgs=(mine,)))
    assert not opened(t, org=others[0]["org_no"]).dataframe, "a unit of others is shown"
    app = opened(t)
    own = waiting(db, state, Scope(DAY, allowed_orgs=(mine,)))
    assert list(listed(app)["cons_no"]) == [r["cons_no"] for r in own], "the link widened the units"
    assert "of another unit" not in " ".join(d.value.to_string() for d in app.dataframe)
    app.get("file_uploader")[0].upload("list.xlsx", filled(t, [others[0], own[0]])).run()
    assert t("services.checked", taken="1", refused="1", rest="0") in said(fine(app))


def test_a_day_without_grades_is_graded_when_asked(db: Snapshot, state: State) -> None:
    t = SPEAKS[0]
    app = opened(t, asof=UNGRADED.isoformat())
    assert not app.get("download_button") and t("services.to_do", count="") not in said(app)
    button(app, t("grades.compute")).click().run()
    wanted = work_list(db, POLICY, state, Scope(UNGRADED), Wanted(earlier=True))
    assert list(listed(fine(app))["cons_no"]) == list(wanted["cons_no"].head(1000)) != []


@chinese
def test_the_first_day_has_no_backlog(db: Snapshot, state: State, t: Translator) -> None:
    rows = waiting(db, state)
    assert len(rows) > 100 and t("services.nothing_due") in said(opened(t, earlier="no"))
    assert set(listed(opened(t))["status"]) == {t("services.short.earlier")}
    first, *_, last = (r for r in rows if r["service"] == "bill_service")
    record = service_due.ServiceRecord(first["cons_no"], first["service"], first["due_on"].date(), DAY)
    service_due.record_done(db, state, by("li"), POLICY, [record], DAY)
    assert t("services.nothing_due") in said(opened(t, earlier="no"))
    began = last["due_on"].date()
    record = service_due.ServiceRecord(last["cons_no"], last["service"], began, began)
    service_due.record_done(db, state, by("li"), POLICY, [record], DAY)
    shown = listed(opened(t, earlier="no"))
    assert set(shown["status"]) == {t("services.short.missed")} and min(shown["due_on"]).date() == began


@english
def test_what_is_chosen_is_in_the_link(db: Snapshot, state: State, t: Translator) -> None:
    app = opened(t, ahead="31", service="due_reminder")
    wanted = work_list(db, POLICY, state, Scope(DAY), Wanted(31, earlier=True))
    assert len(listed(app)) == int((wanted["service"] == "due_reminder").sum()) > 0
    app = opened(t, ahead="400", service="no_such_service")
    assert len(listed(app)) == min(len(waiting(db, state)), 1000)


@english
def test_a_refused_day_leaves_what_was_recorded(db: Snapshot, state: State, t: Translator) -> None:
    """On a customer's file: a service recorded, then given a day long before its period."""
    cons_no = waiting(db, None)[0]["cons_no"]
    app = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=90)
    app.switch_page(next(p.path for p in PAGES if p.key == "customers"))
    for name, value in {"cons_no": cons_no, "lang": t.language, "asof": DAY.isoformat()}.items():
        app.query_params[name] = value
    app.session_state[f"credit_{cons_no}"] = t("credit.tabs.services")
    fine(app.run())
    next(c for c in app.checkbox if str(c.key).startswith(f"services_{cons_no}")).check()
    button(app, t("services.record")).click().run()
    assert t("services.recorded", count=1) in said(fine(app))
    [stood] = done(state)
    ticked = next(c.key for c in app.checkbox if str(c.key).startswith(f"services_{cons_no}") and c.value)
    app.date_input(key=f"{ticked}_on").set_value(date(2020, 1, 1))
    button(app, t("services.record")).click().run()
    assert t("errors.service_done_early", cons_no=cons_no, on="2020-01-01") in said(fine(app))
    assert done(state) == {stood}


def test_services_due_are_sorted_before_they_are_cut(
    db: Snapshot, state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = [r["cons_no"] for r in waiting(db, state)]
    monkeypatch.setattr(view, "SHOWN", 3)
    app = opened(SPEAKS[0])
    for falls in (True, False):
        key = app.dataframe[0].key
        app.session_state[key] = {"selection": {"rows": [], "columns": ["cons_no"], "cells": []}}
        fine(app.run())
        assert list(listed(app)["cons_no"]) == sorted(numbers, reverse=falls)[:3]


def kinds(app: AppTest) -> set[str]:
    """What sorts of parts the whole app is made of."""

    def walk(node: Any) -> set[str]:
        return {str(getattr(node, "type", ""))}.union(*map(walk, getattr(node, "children", {}).values()))

    return walk(app._tree)


@chinese
def test_overdue_services_are_noted_once_on_the_file_and_open_no_window(
    db: Snapshot, state: State, t: Translator
) -> None:
    began, *_, late = (r for r in waiting(db, state) if r["service"] == "bill_service")
    day = late["due_on"].date()
    assert began["cons_no"] != late["cons_no"] and day < DAY
    record = service_due.ServiceRecord(began["cons_no"], began["service"], began["due_on"].date(), day)
    service_due.record_done(db, state, by("li"), POLICY, [record], DAY)
    app = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=90)

    def look(**query: str) -> bool:
        """Whether the note is there."""
        app.query_params.clear()
        for name, value in {"lang": t.language, "asof": DAY.isoformat(), **query}.items():
            app.query_params[name] = value
        fine(app.run())
        assert "dialog" not in kinds(app), "a window opens over the page"
        return any(b.label == t("services.close") for b in app.button)

    app.switch_page(next(p.path for p in PAGES if p.key == "customers"))
    assert look(cons_no=late["cons_no"]) and t.day(day) in said(app), "what is overdue is not noted"
    fine(app.run())
    assert not look() and not look(cons_no=late["cons_no"]), "noted again in the same session"
    assert look(cons_no=began["cons_no"]), "another customer's note was lost"
