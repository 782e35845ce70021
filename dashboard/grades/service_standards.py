"""Services due to customers: the list to work through, ticked many at a time, and the file to fill in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import streamlit as st

from dashboard.access.auth import User
from dashboard.acts import acts
from dashboard.frame.day_boxes import TYPED
from dashboard.grades import choice as chosen
from dashboard.grades import service_upload
from dashboard.page import Page
from dashboard.parts import select_param, switch_param
from dashboard.shared.state_store import existing_state, versions
from dashboard.shared.state_store import state as opened
from dashboard.tables.cells import written
from dashboard.tables.downloads import BigList, download_big
from dashboard.tables.opening import Order, rows_that_open
from dashboard.what_if.measured import decided_on
from dashboard.words.credit_terms import grade_name
from dashboard.words.service_words import service_name, service_words
from data.state import ServiceRecord, State
from services.credit import grading
from services.entitlements import service_due
from services.entitlements.service_list import Wanted, work_list, work_stream
from services.entitlements.service_upload import FORM, MOST_NOTE
from services.files.exports import columns_of

SHOWN = 1000
FILE = ("cons_no", "org_no", "org_name", "service", "what", "grade", *FORM.fields[2:])
DAYS = ("due_on", "done_on")
LISTED = ("cons_no", "org_name", "what", "grade", "due_on", "status")


@dataclass(frozen=True)
class Waiting:
    """The services to be done that the reader chose: their first rows, how many there are, how all are read,
    and what tells this list from any other.
    """

    frame: pd.DataFrame
    rows: int
    read: Callable[[], pa.RecordBatchReader]
    order: Order
    key: tuple[str, ...]


def show(page: Page) -> None:
    """How much was done in time, what is to be done, and the ways to record many at once."""
    t, kept = page.t, existing_state()
    acts.say()
    with page.part(t("services.bulk_title"), t("services.bulk_help")):
        if not _is_graded(page, kept):
            return
        _fulfilled(page)
        waiting = _chosen(page, kept)
        if waiting.frame.empty:
            page.empty(t("services.nothing_due"))
        else:
            _offer(page, waiting)
            _tick(page, waiting)
    if page.user.may("services"):
        service_upload.show(page)
    else:
        st.caption(t("services.may_not"))


def _is_graded(page: Page, kept: State | None) -> bool:
    """Whether the grades are there that services hang on; else a button that computes them."""
    db, day, t = page.store.db, page.scope.as_of, page.t
    if service_due.is_gradable(db, page.policy, kept, day):
        return True
    customers = page.fmt.count(page.store.facts.customers)
    st.info(t("grades.not_computed", day=page.fmt.date(day), customers=customers))
    if not st.button(t("grades.compute"), key="compute_services", type="primary"):
        return False
    with st.spinner(t("grades.computing", day=page.fmt.date(day))):
        grading.ensure_graded(db, page.policy, day, decided_on(day))
    return True


def _told(page: Page, kept: State | None) -> tuple[str, ...]:
    """What the list follows from beside the snapshot."""
    return (repr(versions(kept)), repr(page.scope), page.policy.version)


def _fulfilled(page: Page) -> None:
    (due, _), fmt = page.load(service_due.fulfilment), page.fmt
    if not due.due:
        st.caption(page.t("overview.fulfilment_none"))
        return
    counts = {"in_time": fmt.count(due.in_time), "done": fmt.count(due.done), "due": fmt.count(due.due)}
    st.markdown(page.t("services.fulfilled", rate=fmt.rate(due.rate), **counts))


def _chosen(page: Page, kept: State | None) -> Waiting:
    """How far ahead, and which service."""
    t, credit = page.t, page.policy.credit
    with st.container(horizontal=True, vertical_alignment="bottom"):
        ahead = switch_param(
            page, chosen.AHEAD, chosen.AHEADS, t("services.ahead"), "services.aheads", shown=True
        )
        services = dict.fromkeys(s.key for s in credit.services if s.is_listed)
        picked = select_param(
            page,
            chosen.SERVICE,
            (chosen.ALL_SERVICES, *services),
            t("services.which"),
            lambda key: t("services.all") if key == chosen.ALL_SERVICES else service_name(t, credit, key),
        )
        earlier = _with_earlier(page)
    names, order = _names(page), _order(page)
    places = {pair: at for at, pair in enumerate(sorted(names, key=lambda pair: names[pair]))}
    service = picked if picked in services else None
    wanted = Wanted(int(ahead), earlier, service, order.column, order.descending, places)
    frame = page.load(work_list, wanted=wanted, limit=SHOWN)
    what = [names[pair] for pair in zip(frame["service"], frame["grade"], strict=True)]
    frame = frame.assign(what=pd.Series(what, dtype="str"))
    rows = int(frame["listed"].iloc[0]) if len(frame) else 0
    read = partial(_whole, page, kept, wanted, names)
    return Waiting(frame, rows, read, order, (*_told(page, kept), ahead, str(earlier), picked))


def _names(page: Page) -> dict[tuple[str, str], str]:
    """What each service of the schedule is called, by service and grade."""
    credit = page.policy.credit
    return {
        (s.key, s.grade): service_name(page.t, credit, s.key, s.grade) for s in credit.services if s.is_listed
    }


def _whole(
    page: Page, kept: State | None, wanted: Wanted, names: Mapping[tuple[str, str], str]
) -> pa.RecordBatchReader:
    """The whole list in the reader's words with a column to fill in, batch by batch."""
    rows = work_stream(page.store.db, page.policy, kept, page.scope, wanted)
    pairs = pa.array([f"{service}|{grade}" for service, grade in names], pa.string())
    words = pa.array(list(names.values()), pa.string())

    def worded(batch: pa.RecordBatch) -> pa.RecordBatch:
        pair = pc.binary_join_element_wise(batch["service"], batch["grade"], "|")
        what = words.take(pc.index_in(pair, value_set=pairs))
        given = batch.append_column("what", what)
        return given.append_column("note", pa.nulls(batch.num_rows, pa.string())).select(list(FILE))

    empty = worded(pa.RecordBatch.from_pylist([], schema=rows.schema))
    return pa.RecordBatchReader.from_batches(empty.schema, (worded(batch) for batch in rows))


def _with_earlier(page: Page) -> bool:
    """Whether to list what fell due before recording began; not asked where that is long ago."""
    start = page.load(service_due.starts_on, day=page.scope.as_of)
    if (page.scope.as_of - start).days >= service_due.BACK_DAYS:
        return False
    said = page.t("services.earlier_help", day=page.fmt.date(start))
    label = page.t("services.earlier")
    return (
        switch_param(page, chosen.EARLIER, ("no", "yes"), label, "services.earliers", shown=True, help=said)
        == "yes"
    )


def _offer(page: Page, waiting: Waiting) -> None:
    """The list as a file with columns to fill in; it says how."""
    t = page.t
    columns = columns_of(t.plain, "services", {key: t(f"services.file.{key}") for key in FILE})
    sentences = [(t("services.file.done_on"), t("services.fill_in"))]
    for service in page.policy.credit.services:
        if service.is_listed:
            words = service_words(t, service)
            sentences.append((f"{service.grade} {words['what']}", f"{words['when']} {words['how']}"))

    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(t("services.to_do", count=page.fmt.count(waiting.rows)), help=t("services.fill_in"))
        biggest = BigList(columns, waiting.read, waiting.rows, waiting.key)
        download_big(page, "services", biggest, title=t("services.bulk_title"), definitions=sentences)


def _tick(page: Page, waiting: Waiting) -> None:
    """The first rows; who may, picks several and records them with one day."""
    t, fmt, day = page.t, page.fmt, page.scope.as_of
    frame, order = waiting.frame, waiting.order
    shown = pd.DataFrame(
        {
            **{key: frame[key] for key in ("cons_no", "org_name", "what")},
            "grade": [grade_name(page.t, page.policy.credit, str(g)) for g in frame["grade"]],
            "due_on": frame["due_on"],
            "status": [
                t(f"services.short.{_status_of(due.date() < day, before)}")
                for due, before in zip(frame["due_on"], frame["earlier"], strict=True)
            ],
        }
    )
    titles = {c: t(f"services.file.{c}") for c in LISTED[:4]}
    titles |= {"due_on": t("services.due_on"), "status": t("columns.status")}
    drawn, config = written(fmt, shown, titles)
    may, alt = page.user.may("services"), t("services.bulk_title")
    key = f"services_list_{abs(hash(waiting.key))}"
    answer = rows_that_open(t, drawn, config, key, many=may, alt=alt, order=order)
    if waiting.rows > SHOWN:
        st.caption(t("services.first_rows", shown=fmt.count(SHOWN), rows=fmt.count(waiting.rows)))
    if may:
        _record(page, frame.iloc[[r for r in answer.ticked if r < len(frame)]], day)
    opened_row = answer.clicked if may else answer.row
    if opened_row is not None and opened_row < len(frame):
        page.open_customer(str(frame["cons_no"].iloc[opened_row]))


def _order(page: Page) -> Order:
    """By the day due, the oldest first, or as a click on a heading has asked: of all rows, shown or not."""

    def choose(column: str, descending: bool) -> None:
        page.put(chosen.BY, column)
        page.put(chosen.ORDER, "desc" if descending else "asc")

    columns = [c for c in LISTED if c != "status"]
    return Order(page.get(chosen.BY), page.get(chosen.ORDER) == "desc", columns, choose)


def _status_of(is_past: bool, is_earlier: bool) -> str:
    return "earlier" if is_earlier else "missed" if is_past else "open"


def _record(page: Page, picked: pd.DataFrame, day: date) -> None:
    t = page.t
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.date_input(t("services.done_on"), day, max_value=day, format=TYPED, key=f"services_day_{day}")
        st.text_input(t("services.file.note"), key="services_note", max_chars=MOST_NOTE)
        st.button(
            t("services.record_picked", count=page.fmt.count(len(picked))),
            type="primary",
            icon=":material/done_all:",
            disabled=picked.empty,
            on_click=acts.act,
            args=(page, lambda actor: _keep(page, actor, picked.to_dict("records"), day)),
        )
    if picked.empty:
        st.caption(t("services.pick_hint"))


def _keep(page: Page, actor: User, rows: Sequence[dict[Any, Any]], day: date) -> str:
    """Keep what was picked as one batch."""
    done_on = acts.day_or_none(f"services_day_{day}") or day
    note = acts.text("services_note")
    records = [
        ServiceRecord(r["cons_no"], r["service"], r["due_on"].date(), done_on, note, r["grade"]) for r in rows
    ]
    new = service_due.record_done(page.store.db, opened(), actor, page.policy, records, day, batch="")
    return page.t("services.recorded", count=page.fmt.count(new))
