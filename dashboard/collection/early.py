"""Early warning: whose coming month will be late, the calls that reach most of it, and how good it was."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from analytics.early_warning import LEAST
from dashboard.collection import choice as chosen
from dashboard.collection import early_record
from dashboard.collection.listing import SHOWN_ROWS, person_name
from dashboard.collection.made import AT_ONCE
from dashboard.page import Page
from dashboard.parts import figure_grid
from dashboard.shared import background
from dashboard.tables.downloads import BigList, download_big
from dashboard.tables.table import table, titles
from dashboard.words.i18n import wordless
from data.ask.warning_queries import people
from data.scope import Scope
from services.collection import kept_warning
from services.collection.kept_warning import Kept
from services.files.exports import columns_of

COLUMNS = (
    "rank",
    "cons_no",
    "class",
    "p_late",
    "expected_bill",
    "at_risk",
    "reasons",
    "person_name",
    "org_no",
)


def show(page: Page) -> None:
    """The list of the day, then its record; made in the background where customers are many."""
    t, day = page.t, page.fmt.date(page.scope.as_of)
    with page.part(t("collection_warning.title"), t("collection_warning.help", day=day)):
        kept = _kept(page)
        if kept is None:
            return
        if kept.points.empty:
            page.empty(t("collection_warning.too_little", least=page.fmt.count(LEAST)))
            return
        _list(page, kept)
    if kept is not None:
        early_record.show(page, kept)


def _list(page: Page, kept: Kept) -> None:
    t, fmt = page.t, page.fmt
    rows = _in_scope(repr((page.store.id, page.scope)), page.store.db, page.scope, kept.rows)
    if rows.empty:
        page.empty()
        return
    risk, late = int(rows["at_risk"].sum()), float(rows["p_late"].sum())
    cards = (
        (t("collection_warning.forecast"), fmt.count(len(rows)), None, None),
        (
            t("collection_warning.expected_late"),
            fmt.count(round(late)),
            None,
            t("collection_warning.of_them", share=fmt.rate(late / len(rows))),
        ),
        (t("columns.at_risk"), fmt.money(risk), None, None),
    )
    figure_grid(page, cards)
    st.markdown(f"**{t('collection_warning.list_title')}**", help=t("collection_warning.list_help"))
    calls = _calls(page, len(rows))
    called = rows.head(calls)
    share = fmt.rate(int(called["at_risk"].sum()) / risk if risk else None)
    told = {"calls": fmt.count(calls), "all": fmt.count(len(rows))}
    st.markdown(t("collection_warning.caught", share=share, **told))
    heads = titles(page, COLUMNS, "collection")
    opened = table(
        page,
        "warning_list",
        _worded(page, called.head(SHOWN_ROWS), kept),
        heads,
        select=True,
        height=420,
        files=False,
    )
    if calls > SHOWN_ROWS:
        shown = {"shown": fmt.count(SHOWN_ROWS), "rows": fmt.count(calls)}
        st.caption(t("collection.first_rows", **shown))
    whole = BigList(
        columns_of(t.plain, "warning_list", heads),
        lambda: _worded(page, called, kept)[list(COLUMNS)],
        calls,
        (page.store.id, repr(page.scope), str(calls), t.language),
    )
    download_big(page, "warning_list", whole, title=t("tables.warning_list"))
    if opened is not None:
        page.open_customer(str(called.iloc[opened]["cons_no"]))


def _calls(page: Page, most: int) -> int:
    """How many are called: a box that the link holds."""
    asked = page.get(chosen.CALLS)
    st.session_state["warning_calls"] = min(asked, most) if asked else max(1, round(most / 10))
    st.number_input(
        page.t("collection_warning.how_many"),
        min_value=1,
        max_value=most,
        key="warning_calls",
        on_change=lambda: page.put(chosen.CALLS, st.session_state["warning_calls"]),
        width=220,
    )
    return int(st.session_state["warning_calls"])


def _worded(page: Page, rows: pd.DataFrame, kept: Kept) -> pd.DataFrame:
    names = {code: person_name(page, str(code)) for code in rows["person"].unique()}
    classes = {key: early_record.class_name(page.t.plain, str(key)) for key in rows["class"].unique()}
    words = {"person_name": rows["person"].map(names), "class": rows["class"].map(classes)}
    return rows.assign(**words, reasons=early_record.reasons(page.t.plain, kept.points, rows))


@st.cache_resource(max_entries=4, show_spinner=False)
@wordless
def _in_scope(key: str, _db: Any, _scope: Scope, _rows: pd.DataFrame) -> pd.DataFrame:
    """Those of the scope who have a forecast, by yuan at risk; nobody may change it."""
    rows = people(_db, _scope).merge(_rows[_rows["p_late"].notna()], on="cons_key")
    ordered = rows.sort_values(["at_risk", "cons_no"], ascending=[False, True], ignore_index=True)
    return ordered.assign(rank=range(1, len(ordered) + 1))


def _kept(page: Page) -> Kept | None:
    """The day's warning; None while it is not made: then the page says so."""
    t, day = page.t, page.scope.as_of
    path = kept_warning.warning_path(page.store.db, day)
    making = t("collection_warning.making", day=page.fmt.date(day))
    if kept_warning.is_made(path):
        return _read(str(path), path.stat().st_mtime_ns)
    if page.store.facts.customers <= AT_ONCE:
        with st.spinner(making):
            kept_warning.keep_warning(page.store.db, day)
        return _read(str(path), path.stat().st_mtime_ns)
    if failed := background.failure(path):
        raise failed
    if not background.is_at_work(path):
        customers = page.fmt.count(page.store.facts.customers)
        told = {"day": page.fmt.date(day), "customers": customers}
        st.info(t("collection_warning.not_made", **told), icon=":material/hourglass_empty:")
        if not st.button(t("collection_warning.make"), key="make_warning", type="primary"):
            return None
    work = background.begin((path,), lambda progress: kept_warning.keep_warning(page.store.db, day))
    background.show_progress(path, work, 1, lambda done: making)
    return None


@st.cache_resource(max_entries=3, show_spinner=False)
@wordless
def _read(path: str, changed: int) -> Kept:
    return kept_warning.read_warning(Path(path))
