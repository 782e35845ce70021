"""Quarantine.

What could not be loaded, why, and the records as they came, to be corrected and loaded again.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from dashboard.data_checks.choice import PAGE, REASON, TABLE
from dashboard.data_checks.loads import table_word
from dashboard.frame.link_notice import page_number
from dashboard.page import Page
from dashboard.parts import optional_param
from dashboard.shared.state_store import state
from dashboard.tables import paging
from dashboard.tables.cells import as_text, written
from dashboard.tables.downloads import BigList, download_big, download_made
from dashboard.tables.opening import UNSORTED
from dashboard.tables.table import offer, text_table, titles
from dashboard.words.format import NOTHING
from dashboard.words.widths import wide_enough
from services.checks import data_checks, unmasking
from services.checks.data_checks import Chosen
from services.files.exports import columns_of, to_bytes

SIZE = 100
MOST_GROUPS = 30
ROWS = ("file", "line", "table_name", "column_name", "raw_value", "reason", "cons_no", "amount", "record")


def show(page: Page) -> None:
    """Reasons, filters, records, files."""
    t, fmt = page.t, page.fmt
    everything = page.load(data_checks.quarantine_groups, chosen=Chosen())
    if everything.empty:
        st.success(t("data_checks.nothing_quarantined"), icon=":material/check:")
        return
    st.caption(t("data_checks.quarantine_what"))
    chosen = _chosen(page, everything)
    groups = page.load(data_checks.quarantine_groups, chosen=chosen)
    rows = int(groups["records"].sum())
    st.markdown(
        t(
            "data_checks.quarantine_found",
            rows=fmt.count(rows),
            amount=fmt.money(int(groups["amount"].sum())),
            unreadable=fmt.count(groups["amount_unreadable"].sum()),
        )
    )
    _groups(page, groups)
    _corrections(page, chosen)
    pages = max(1, -(-rows // SIZE))
    now = page_number(page, PAGE, pages)
    frame = page.load(data_checks.quarantine_page, chosen=chosen, size=SIZE, number=now)
    shown, config = written(page.fmt, _worded(page, frame), _headings(page), exact=True)
    cut: Mapping[str, Any] = UNSORTED if pages > 1 else {}
    alt = t("data_checks.alt_quarantine")
    st.dataframe(
        shown, column_config=wide_enough(shown, config), hide_index=True, placeholder=NOTHING, alt=alt, **cut
    )
    paging.pager(page, "quarantine", now, pages, lambda number: page.put(PAGE, number))
    _whole(page, chosen, rows)


def _whole(page: Page, chosen: Chosen, rows: int) -> None:
    """The files of all records that are chosen, read when they are made."""
    db, scope = page.store.db, page.scope

    def read() -> pd.DataFrame:
        return _worded(page, data_checks.quarantine_list(db, scope, chosen))

    columns = columns_of(page.t.plain, "quarantine", _headings(page))
    biggest = BigList(columns, read, rows, (repr(chosen), repr(scope.allowed_orgs)))
    title = page.t("data_checks.quarantine")
    download_big(page, "quarantine", biggest, title=title, filters=_words(page.plain, chosen))


def _headings(page: Page) -> dict[str, str]:
    return titles(page, ROWS)


def _worded(page: Page, records: pd.DataFrame) -> pd.DataFrame:
    """Records with their tables and reasons in words."""
    return records.rename(columns={"value": "raw_value"}).assign(
        table_name=[table_word(page, str(v)) for v in records["table_name"]],
        reason=[reason_word(page, v) for v in records["reason"]],
    )


def reason_word(page: Page, reason: object) -> str:
    """Why a record is in quarantine, in words."""
    return page.t.or_code(f"quarantine.{reason}", str(reason))


def _chosen(page: Page, groups: pd.DataFrame) -> Chosen:
    t = page.t
    left, right = st.columns(2)
    every, first = t("filters.all"), lambda: page.put(PAGE, 1)
    tables = sorted(set(groups["table_name"].dropna().astype(str)))
    with left:
        label = t("columns.table_name")
        table = optional_param(page, TABLE, tables, label, lambda name: table_word(page, name), every, first)
    here = groups if table is None else groups[groups["table_name"] == table]
    reasons = sorted(set(here["reason"].dropna().astype(str)))
    with right:
        label = t("columns.reason")
        reason = optional_param(
            page, REASON, reasons, label, lambda key: reason_word(page, key), every, first
        )
    return Chosen(table, reason)


def _words(page: Page, chosen: Chosen) -> tuple[str, ...]:
    t = page.t
    made = []
    if chosen.table_name:
        made.append(t("columns.table_name") + t("common.colon") + table_word(page, chosen.table_name))
    if chosen.reason:
        made.append(t("columns.reason") + t("common.colon") + reason_word(page, chosen.reason))
    return tuple(made)


def _groups(page: Page, frame: pd.DataFrame) -> None:
    t = page.t
    headings = titles(page, ("table_name", "column_name", "reason", "records", "amount"))
    worded = frame.assign(
        table_name=[table_word(page, str(v)) for v in frame["table_name"]],
        column_name=frame["column_name"].fillna(NOTHING),
        reason=[reason_word(page, v) for v in frame["reason"]],
    )
    few = as_text(page.fmt, worded.head(MOST_GROUPS), headings, exact=True)
    text_table(few, 2)
    if len(worded) > MOST_GROUPS:
        count = page.fmt.count
        st.caption(t("data_checks.first_of", shown=count(MOST_GROUPS), rows=count(len(worded))))
    offer(page, "quarantine_groups", worded, headings)


def _corrections(page: Page, chosen: Chosen) -> None:
    """The records as they came, by table; whole ones only for who may see names, and that is recorded."""
    t, db, scope = page.t, page.store.db, page.scope
    may, why = page.user.may("unmask"), t("data_checks.corrections")

    helped = ("corrections_help",) if may else ("corrections_help", "corrections_masked")

    def made() -> bytes:
        actor = page.actor()
        return to_bytes(lambda out: unmasking.corrections(out, db, state(), actor, scope, chosen, why))

    download_made(
        page,
        "corrections",
        "csv_zip",
        (repr(chosen), str(may)),
        made,
        label=t("data_checks.corrections"),
        help=t.sentences(t(f"data_checks.{key}") for key in helped),
    )
