"""Keep what was said of the files under a name, for next month's; let go of one that is kept."""

from __future__ import annotations

from datetime import datetime

import streamlit as st

from dashboard.access.auth import LOCAL_USER, User
from dashboard.acts import acts
from dashboard.connect.reader import Reader
from dashboard.tables.downloads import download_made
from data.load.kept_mappings import LONGEST_NAME, KeptMapping, kept_mappings
from services.warehouse import connect_load
from services.warehouse.connecting import Desk

NAME, SAID = "connect_name", "connect_kept_said"


def show(reader: Reader, desk: Desk) -> None:
    """A name and a button; the mappings that are kept."""
    t = reader.t
    st.subheader(t("connect.keep"), anchor=False, help=t("connect.keep_help"))
    st.session_state.setdefault(NAME, desk.base.name if desk.base.is_kept else "")

    def keep(actor: User) -> None:
        kept = connect_load.keep(actor, desk, acts.text(NAME))
        st.session_state[SAID] = t("connect.kept", name=kept.name)

    with st.form("connect_keep", border=False, enter_to_submit=True):
        st.text_input(t("connect.name"), key=NAME, max_chars=LONGEST_NAME, width=420)
        st.form_submit_button(
            t("connect.keep_button"), icon=":material/bookmark_add:", on_click=reader.act, args=(keep,)
        )
    if said := st.session_state.pop(SAID, None):  # where the reader looks
        st.success(said, icon=":material/check_circle:")
    kept = kept_mappings(desk.house)
    if kept:
        with st.expander(t("connect.kept_ones")):
            for one in kept:
                _kept(reader, desk, one)


def _kept(reader: Reader, desk: Desk, one: KeptMapping) -> None:
    t = reader.t
    who = reader.plain("downloads.local_user") if one.by == LOCAL_USER.name else one.by

    def forget(actor: User) -> str:
        connect_load.forget(actor, desk, one.name)
        return t("connect.forgotten", name=one.name)

    with st.container(horizontal=True, vertical_alignment="center"):
        at = reader.fmt.moment(datetime.fromisoformat(one.at))
        st.markdown(t("connect.kept_line", name=one.name, who=who, at=at))
        if reader.page is not None:
            download_made(
                reader.page,
                f"mapping_{one.shapes[0] if one.shapes else ''}_{len(one.toml)}",
                "toml",
                (one.name, one.at),
                one.toml.encode,
                label=t("connect.download"),
                help=t("connect.download_help"),
                title=one.name,
            )
        st.button(
            t("connect.forget"),
            key=f"connect_forget_{one.name}",
            icon=":material/delete:",
            on_click=reader.act,
            args=(forget,),
        )
