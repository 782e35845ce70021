"""What a load would do, after each change: rows, links, what would be quarantined, the first figures."""

from __future__ import annotations

from datetime import date

import pandas as pd
import streamlit as st

from analytics.errors import RefusedError
from dashboard.connect.files import first_named
from dashboard.connect.reader import TRIED, Reader
from dashboard.frame.day_boxes import TYPED
from dashboard.tables.table import text_table
from dashboard.words.held_words import finding_said
from data.errors import DengtaError
from services.warehouse.connecting import Desk
from services.warehouse.seeing import NO_TABLE, Seen
from services.warehouse.trying import Trial, try_load

DAY, ACCEPT = "connect_day", "connect_accept"
DAY_REFUSALS = ("day_before_bills", "day_after_bills", "day_after_loads", "day_ahead")
MONTHS, GROUPS = 12, 20


def show(reader: Reader, desk: Desk, seen: list[Seen]) -> bool:
    """The trial of what stands; whether a load would go through."""
    t = reader.t
    st.subheader(t("connect.trial"), anchor=False, help=t("connect.trial_help"))
    _day(reader)
    lacking = [s for s in seen if s.lacks]
    if lacking:  # a load would be refused
        st.info(
            t("connect.wait_for", files=first_named(reader, [s.name for s in lacking])),
            icon=":material/inbox:",
        )
        return False
    tables = {s.table for s in seen} - {None, NO_TABLE}
    if "A_RCVBL_FLOW" not in tables and not (tables and desk.house.current()):
        st.info(t("connect.nothing_to_try"), icon=":material/inbox:")
        return False
    made = _tried(reader, desk)
    if isinstance(made, Trial):
        _show(reader, desk, made)
        return True
    st.warning(t("connect.refused", why=reader.plain.error(made)), icon=":material/block:")
    if getattr(made, "key", None) in DAY_REFUSALS or st.session_state.get(ACCEPT):
        st.checkbox(t("connect.accept_day"), key=ACCEPT)
    return False


def _day(reader: Reader) -> None:
    t = reader.t
    st.date_input(
        t("connect.extract_on"),
        value=None,
        key=DAY,
        format=TYPED,
        min_value=date(1990, 1, 1),
        max_value=date(2099, 12, 31),
        help=t("connect.extract_help"),
        width=240,
    )


def given_day() -> tuple[date | None, bool]:
    """The day of the extract as it was given, and whether it was said to be right."""
    day = st.session_state.get(DAY)
    return (day if isinstance(day, date) else None), bool(st.session_state.get(ACCEPT))


def _tried(reader: Reader, desk: Desk) -> Trial | Exception:
    """The trial, made once of what stands."""
    day, is_right = given_day()
    key = (desk.folder.name, desk.trial_text(), day, is_right, reader.billing, reader.limits)
    held: tuple[object, Trial | Exception] | None = st.session_state.get(TRIED)
    if held is not None and held[0] == key:
        return held[1]
    made: Trial | Exception
    with st.spinner(reader.t("connect.trying")):
        try:
            made = try_load(reader.session.again(), desk, reader.billing, reader.limits, day, is_right)
        except (DengtaError, RefusedError) as refusal:
            made = refusal
    st.session_state[TRIED] = (key, made)
    return made


def _show(reader: Reader, desk: Desk, trial: Trial) -> None:
    t, fmt = reader.t, reader.fmt
    totals = trial.report.totals()
    grid = st.grid(4, min_column_width=160, gap="xsmall", border=True)
    for name in ("read", "loaded", "merged", "quarantined"):
        with grid.cell():
            st.metric(t(f"connect.{name}"), fmt.count(totals[name]))
    if trial.links:
        grid = st.grid(3, min_column_width=200, gap="xsmall", border=True)
        for link in trial.links:
            with grid.cell():
                st.metric(t(f"connect.link.{link.name}"), fmt.rate(link.found / link.records, 1))
                counts = {"found": fmt.count(link.found), "records": fmt.count(link.records)}
                st.caption(t("connect.link_share", **counts))
    if trial.cut:
        st.caption(t("connect.cut_links", files=first_named(reader, trial.cut)))
    if trial.untried:
        st.caption(t("connect.untried", files=first_named(reader, trial.untried)))
    if desk.house.current():
        st.caption(t("connect.beside_old"))
    if trial.findings:
        is_all = not desk.house.current() and not trial.cut and not trial.untried
        st.warning(t("connect.held" if is_all else "connect.may_be_held"), icon=":material/front_hand:")
        for finding in trial.findings:
            said = t.sentences([finding_said(t, finding), t(f"held.look.{finding.what}")])
            st.markdown(f"- {said}")
    _quarantine(reader, trial)
    _months(reader, trial)


def _quarantine(reader: Reader, trial: Trial) -> None:
    t = reader.plain
    if trial.quarantine.empty:
        st.success(reader.t("connect.no_quarantine"), icon=":material/check:")
        return
    st.markdown(reader.t("connect.quarantine"))
    rows = [
        (
            reader.table(str(row["table_name"])),
            reader.column(str(row["column_name"])) if isinstance(row["column_name"], str) else "",
            t.or_code(f"quarantine.{row['reason']}", str(row["reason"])),
            reader.fmt.count(row["records"]),
        )
        for row in trial.quarantine.head(GROUPS).to_dict("records")
    ]
    heads = ("table", "column", "reason", "records")
    text_table(pd.DataFrame(rows, columns=[t(f"connect.heads.{h}") for h in heads]), 1, "connect_quarantine")
    if (others := len(trial.quarantine) - GROUPS) > 0:
        st.caption(reader.t("connect.quarantine_rest", count=reader.fmt.count(others)))


def _months(reader: Reader, trial: Trial) -> None:
    t, fmt, months = reader.plain, reader.fmt, trial.months
    day = fmt.date(trial.report.extract_on)
    st.markdown(reader.t("connect.months", day=day), help=reader.t("connect.months_help"))
    if months.empty:
        st.caption(reader.t("connect.no_months"))
        return
    rows = [
        (
            fmt.month(row["rcvbl_ym"]),
            fmt.yuan(row["billed"]),
            fmt.yuan(row["collected"]),
            fmt.rate(row["rate"]),
        )
        for row in months.tail(MONTHS).to_dict("records")
    ]
    titles = {h: t(f"connect.heads.{h}") for h in ("month", "billed", "collected", "rate")}
    titles |= {h: fmt.in_yuan(titles[h]) for h in ("billed", "collected")}
    text_table(pd.DataFrame(rows, columns=list(titles.values())), 3, "connect_months")
    if len(months) > MONTHS:
        counts = {"count": fmt.count(MONTHS), "months": fmt.count(len(months))}
        st.caption(reader.t("connect.first_months", **counts))
