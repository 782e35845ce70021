"""One file: its first rows, the table, the heading line and each column, all to be changed by boxes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import pandas as pd
import streamlit as st

from dashboard.access.auth import User
from dashboard.acts import acts
from dashboard.connect.files import kind_words, state_of
from dashboard.connect.reader import Reader
from dashboard.words.format import NOTHING
from dashboard.words.widths import wide_enough
from data.load.extract_tables import TABLES
from data.load.mapping import UNITS
from services.warehouse import first_lines
from services.warehouse.connecting import Desk
from services.warehouse.seeing import NO_TABLE, Choice, Seen

PICKED = "connect_file"
ROWS, LINES, CELLS = 5, 12, 6
NO_LINE = -1
USUAL = {
    "A_RCVBL_FLOW": ("RCVBL_AMT_ID", "RCVED_AMT", "PENALTY_BGN_DATE", "RELEASE_DATE", "ORG_NO", "T_PQ"),
    "A_RCVED_FLOW": ("RCVED_AMT_ID", "RCVBL_AMT_ID", "RCVED_DATE", "RCVBL_YM"),
    "C_CONS": ("CONS_NAME", "ORG_NO", "CONS_SORT_CODE", "ELEC_TYPE_CODE"),
    "O_ORG": ("P_ORG_NO", "ORG_TYPE"),
}
"""Columns beside the needed ones that figures suffer without: asked for even where nothing is known."""


def show(reader: Reader, desk: Desk, seen: Sequence[Seen]) -> None:
    """The file that is picked; at first one that waits for its reader."""
    t = reader.t
    st.subheader(t("connect.detail"), anchor=False, help=t("connect.detail_help"))
    names = [s.name for s in seen]
    if st.session_state.get(PICKED) not in names:
        waiting = [s.name for s in seen if state_of(s) in ("lacks", "unknown")]
        st.session_state[PICKED] = (waiting or names)[0]
    st.selectbox(t("connect.pick"), names, key=PICKED)
    one = next(s for s in seen if s.name == st.session_state[PICKED])
    _why(reader, one)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        _table(reader, desk, one)
        _heading(reader, desk, one)
        _unit(reader, desk, one)
    _first_rows(reader, one)
    if one.table not in (None, NO_TABLE):
        _columns(reader, desk, one)


def _why(reader: Reader, one: Seen) -> None:
    t = reader.t
    used = len(one.file.headings)
    said = {"used": used, "columns": len(one.columns)}
    if one.table not in (None, NO_TABLE):
        sentence = t(f"connect.why_said.{one.why}", table=reader.table(one.table), **said)
    else:
        sentence = t(f"connect.why_said.{one.why}", **({"used": used} if one.why == "none" else {}))
    parts = [sentence]
    if (other := one.runner_up) is not None:
        parts.append(t("connect.runner_up", table=reader.table(other.table), columns=other.columns))
    st.markdown(t.sentences(parts))
    st.caption(kind_words(reader, one))
    if not one.is_whole:
        st.caption(t("connect.is_cut"))
    if one.lacks:
        st.warning(t("connect.lacks", columns=[reader.column(c) for c in one.lacks]), icon=":material/help:")
    elif one.refusal is not None:
        st.warning(t.error(one.refusal), icon=":material/block:")
    if one.file.above and one.table != NO_TABLE and not reader.has_headings(one):
        st.caption(t("connect.may_be_record"))
    if not one.is_kept:
        st.warning(t("connect.heading_lost"), icon=":material/help:")


def _changing(reader: Reader, desk: Desk, one: Seen, key: str, made: Callable[[Choice], Choice]) -> None:
    """Put what a box says into the choices; the other boxes follow what then stands."""

    def change(_: User) -> None:
        desk.choose(one.name, made(reader.choice(one)))

    reader.act(change)


def _table(reader: Reader, desk: Desk, one: Seen) -> None:
    options = ["", *(c.table for c in one.candidates)]
    options += [name for name in TABLES if name not in options] + [NO_TABLE]
    key = reader.key("table", one.name)
    st.session_state[key] = one.table or ""

    def made(choice: Choice) -> Choice:
        table = acts.text(key)
        return replace(choice, table=table or None, columns={}, unit=None)

    st.selectbox(
        reader.t("connect.table"),
        options,
        key=key,
        format_func=reader.table,
        on_change=_changing,
        args=(reader, desk, one, key, made),
        width=320,
    )


def _heading(reader: Reader, desk: Desk, one: Seen) -> None:
    if one.file.piece.kind == "parquet" or one.table == NO_TABLE or one.file.continues:
        return
    place = one.file.above - 1
    shown = first_lines.lines(one.top, place, desk.base.rules.vocabulary())
    options = [NO_LINE, *range(min(len(one.top), max(LINES, place + 1)))]
    if place not in options:
        return
    key = reader.key("heading", one.name)
    st.session_state[key] = place

    def words(line: int) -> str:
        if line == NO_LINE:
            return reader.plain("connect.no_heading")
        cells = [cell for cell in shown[line] if cell.strip()]
        said = " · ".join([*cells[:CELLS], *(["…"] if len(cells) > CELLS else [])])
        return reader.plain("connect.heading_option", line=line + 1, cells=said)

    def made(choice: Choice) -> Choice:
        line = acts.picked(key)
        return replace(choice, heading=() if line == NO_LINE else one.top[line], columns={})

    st.selectbox(
        reader.t("connect.heading_line"),
        options,
        key=key,
        format_func=words,
        on_change=_changing,
        args=(reader, desk, one, key, made),
        width=420,
    )


def _unit(reader: Reader, desk: Desk, one: Seen) -> None:
    if one.table in (None, NO_TABLE) or TABLES[one.table].amount is None:
        return
    key = reader.key("unit", one.name)
    st.session_state[key] = one.unit

    def made(choice: Choice) -> Choice:
        return replace(choice, unit=acts.text(key))

    st.selectbox(
        reader.t("connect.unit"),
        list(UNITS),
        key=key,
        format_func=lambda unit: reader.plain(f"connect.unit_name.{unit}"),
        on_change=_changing,
        args=(reader, desk, one, key, made),
        width=140,
    )


def _first_rows(reader: Reader, one: Seen) -> None:
    place = one.file.above - one.file.continues if one.file.piece.kind != "parquet" else 1
    rows = one.top[place : place + ROWS]
    if not rows:
        return
    st.caption(reader.t("connect.first_rows"))
    headings = list(one.file.headings)
    cells = first_lines.records(rows, headings, one.columns)
    even = [[*row, *[""] * len(headings)][: len(headings)] for row in cells]
    shown = pd.DataFrame(even, columns=list(reader.headings(one).values()))
    st.dataframe(
        shown,
        hide_index=True,
        placeholder=NOTHING,
        column_config=wide_enough(shown, {}),
        alt=reader.plain("connect.first_rows"),
        key=reader.key("rows", one.name),
    )


def _columns(reader: Reader, desk: Desk, one: Seen) -> None:
    """The needed columns, then those that are matched; the others when they are asked for."""
    t, table = reader.t, TABLES[str(one.table)]
    needs = one.needs
    asked = {*needs, *USUAL.get(table.name, ()), *one.columns}
    # A box stays where it was first drawn, whatever is chosen in it.
    first = st.session_state.setdefault(reader.key("first", one.name, table.name), frozenset(asked))
    shown = [*needs, *(c for c in table.columns if c in first and c not in needs)]
    rest = [c for c in table.columns if c not in shown]
    _boxes(reader, desk, one, shown, needs)
    if rest:
        used = sum(c in one.columns for c in table.columns)
        with st.expander(t("connect.more_columns", used=used, count=len(table.columns))):
            _boxes(reader, desk, one, rest, needs)
    if one.unread:
        words = reader.headings(one)
        st.caption(t("connect.unread", columns=[words[heading] for heading in one.unread]))

    def undo(_: User) -> str:
        desk.restore(one.name)
        reader.turn()
        return t("connect.undone")

    st.button(
        t("connect.undo"),
        icon=":material/undo:",
        key="connect_undo",
        disabled=one.name not in desk.choices,
        on_click=reader.act,
        args=(undo,),
    )


def _boxes(reader: Reader, desk: Desk, one: Seen, columns: Sequence[str], needs: Sequence[str]) -> None:
    grid, headings = st.grid(3, min_column_width=200, gap="xsmall"), reader.headings(one)
    for column in columns:
        with grid.cell():
            _box(reader, desk, one, column, column in needs, headings)


def _box(
    reader: Reader, desk: Desk, one: Seen, column: str, is_needed: bool, headings: Mapping[str, str]
) -> None:
    key = reader.key("column", one.name, column)
    st.session_state[key] = one.columns.get(column, "")

    def made(choice: Choice) -> Choice:
        return replace(choice, columns={**choice.columns, column: acts.text(key)})

    words = reader.column(column)
    st.selectbox(
        reader.t("connect.needed_mark", column=words)
        if is_needed
        else reader.t("connect.column", column=words),
        ["", *headings],
        key=key,
        format_func=lambda heading: headings.get(heading) or reader.plain("connect.none"),
        on_change=_changing,
        args=(reader, desk, one, key, made),
    )
