"""The load itself: begun, how far it is, stopped, and what came of it."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import nav
from dashboard.access.auth import User
from dashboard.connect import trial
from dashboard.connect.files import show_left_out
from dashboard.connect.reader import Reader
from dashboard.frame import held_loads
from dashboard.shared.background import LOOK_SECONDS
from dashboard.words.format import NOTHING
from dashboard.words.widths import wide_enough
from services.warehouse import holding
from services.warehouse.connect_load import Running, begin_load
from services.warehouse.connecting import Desk
from services.warehouse.judging import HeldError
from services.warehouse.loading import YUAN as COUNTS
from services.warehouse.loading import LoadReport


def offer(reader: Reader, desk: Desk, is_tried: bool) -> None:
    """The button, once a trial went through."""
    t = reader.t
    st.subheader(t("connect.run"), anchor=False, help=t("connect.run_help"))

    def begin(actor: User) -> None:
        day, is_right = trial.given_day()
        name = desk.base.name or "connect"
        reader.hold_running(begin_load(actor, desk, reader.billing, reader.limits, day, is_right, name))

    st.button(
        t("connect.run_button"),
        type="primary",
        icon=":material/play_arrow:",
        disabled=not is_tried,
        key="connect_run",
        on_click=reader.act,
        args=(begin,),
    )


def show(reader: Reader, running: Running) -> None:
    """How far it is while it runs, then what came of it."""
    if running.is_over:
        _over(reader, running)
        return
    _watch(reader, running)
    st.caption(reader.t("connect.leave"))
    st.button(
        reader.t("connect.stopping" if running.is_stopping else "connect.stop"),
        icon=":material/stop:",
        key="connect_stop",
        disabled=running.is_stopping,
        on_click=running.stop,
    )


@st.fragment(run_every=LOOK_SECONDS)
def _watch(reader: Reader, running: Running) -> None:
    if running.is_over:
        if reader.page is None and running.report is not None:  # there is a page for it by now
            query = {"view": "connect", "lang": reader.t.language}
            st.switch_page(nav.entry("data_checks").path, query_params=query)
        st.rerun()
    step = reader.t.or_code(f"progress.{running.step}", reader.plain("progress.read"))
    share = min(max(running.share, 0.0), 1.0)
    st.progress(share, reader.t("connect.running", step=step, share=f"{share:.0%}"))


def _over(reader: Reader, running: Running) -> None:
    t, fmt = reader.t, reader.fmt
    report = running.report
    if isinstance(running.refusal, HeldError):
        _held(reader, running.refusal)
        return
    if report is None:
        why = reader.plain.error(running.refusal or RuntimeError())
        st.warning(t("connect.failed", why=why), icon=":material/block:")
        st.button(
            t("connect.back"), icon=":material/undo:", key="connect_back", on_click=_back, args=(reader,)
        )
        return
    totals = report.totals()
    counts = {k: fmt.count(totals[k]) for k in COUNTS}
    st.success(t("connect.done", **counts, day=fmt.date(report.extract_on)), icon=":material/check_circle:")
    with st.container(horizontal=True):
        _go_on(reader)
    with st.expander(t("connect.report"), expanded=True):
        if report.built:
            st.caption(t("load.built_said", built=t(f"load.built.{report.built}")))
        _report(reader, report)
    show_left_out(reader, report.not_read())


def _held(reader: Reader, refusal: HeldError) -> None:
    """What was found, to be published or discarded here; then where to go on."""
    t = reader.t
    waiting = holding.held_loads(reader.warehouse)
    is_waiting = any(one.id == refusal.held.id for one in waiting.held)
    if is_waiting:
        st.warning(t("connect.held_now"), icon=":material/front_hand:")
        if refusal.replaced:
            st.caption(t("held.settled", loads=list(refusal.replaced)))
    if reader.page is not None:  # the first page has them above
        held_loads.show(t, reader.session, is_said=is_waiting)
    with st.container(horizontal=True):
        st.button(
            t("connect.back"), icon=":material/undo:", key="connect_back", on_click=_back, args=(reader,)
        )
        if not is_waiting:
            _go_on(reader)


def _go_on(reader: Reader) -> None:
    """To the figures, or to other files."""
    t = reader.t
    if reader.house.current() and st.button(
        t("connect.see"), type="primary", icon=":material/home:", key="connect_see"
    ):
        query = reader.page.query() if reader.page else {"lang": [t.of]}
        st.switch_page(nav.entry("overview").path, query_params=query)
    st.button(
        t("connect.another"),
        icon=":material/folder_open:",
        key="connect_next",
        on_click=_leave,
        args=(reader,),
    )


def _report(reader: Reader, report: LoadReport) -> None:
    """What became of each file, and what was not read."""
    t, fmt = reader.plain, reader.fmt
    rows = [
        (f.file, reader.table(f.table), *(fmt.count(getattr(f, name)) for name in COUNTS))
        for f in report.files
    ]
    heads = [*(t(f"connect.heads.{h}") for h in ("file", "table")), *(t(f"connect.{c}") for c in COUNTS)]
    shown = pd.DataFrame(rows, columns=heads)
    st.dataframe(
        shown,
        hide_index=True,
        placeholder=NOTHING,
        column_config=wide_enough(shown, {}),
        alt=t("connect.report"),
        key="connect_report",
    )


def _back(reader: Reader) -> None:
    reader.hold_running(None)


def _leave(reader: Reader) -> None:
    reader.hold(None)
    reader.hold_running(None)
