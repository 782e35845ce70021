"""Where the files come from: uploads, or a folder of the server that the operator opened."""

from __future__ import annotations

import streamlit as st

from dashboard.access.auth import User
from dashboard.acts import acts
from dashboard.connect.reader import Reader
from data.errors import InputError
from services.warehouse import connect_sources
from services.warehouse.connecting import connect_folder, connect_uploads

UPLOADED, FOLDER = "connect_uploaded", "connect_folder"


def show(reader: Reader) -> None:
    """Both ways, side by side."""
    t = reader.t
    left, right = st.columns(2, gap="medium", border=True)
    with left:
        st.subheader(t("connect.from_upload"), anchor=False)
        _uploads(reader)
    with right:
        st.subheader(t("connect.from_folder"), anchor=False)
        _folder(reader)


def _uploads(reader: Reader) -> None:
    t, mib = reader.t, 1 << 20
    bounds = {
        "files": connect_sources.MOST_UPLOADS,
        "each": connect_sources.MOST_FILE // mib,
        "together": connect_sources.MOST_TOGETHER // mib,
    }
    given = st.file_uploader(
        t("connect.upload"),
        accept_multiple_files=True,
        key=UPLOADED,
        max_upload_size=bounds["each"],
    )
    st.caption(t("connect.upload_help", **bounds))

    def look(actor: User) -> None:
        files = [(f.name, f.getvalue()) for f in st.session_state.get(UPLOADED) or ()]
        with st.spinner(t("connect.surveying")):
            reader.hold(connect_uploads(actor, reader.house, files))

    st.button(
        t("connect.look"),
        type="primary",
        icon=":material/search:",
        disabled=not given,
        on_click=reader.act,
        args=(look,),
        key="connect_look",
    )


def _folder(reader: Reader) -> None:
    t = reader.t
    try:
        offered = connect_sources.offered_folders(reader.session.again())
    except InputError as refusal:
        st.warning(t.error(refusal))
        return
    if not connect_sources.any_folder_is_open():
        st.info(t("connect.no_folders"), icon=":material/folder_off:")
        return
    named = st.selectbox(
        t("connect.folder"),
        offered,
        index=None,
        key=FOLDER,
        accept_new_options=True,
        placeholder=t("connect.folder_placeholder"),
        help=t("connect.folder_help"),
    )

    def look(actor: User) -> None:
        with st.spinner(t("connect.surveying")):
            reader.hold(connect_folder(actor, reader.house, acts.chosen(FOLDER)))

    st.button(
        t("connect.look_folder"),
        type="primary",
        icon=":material/search:",
        disabled=not named,
        on_click=reader.act,
        args=(look,),
        key="connect_look_folder",
    )
