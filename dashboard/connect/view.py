"""The whole of connecting, from sources to the report of the load."""

from __future__ import annotations

import streamlit as st

from analytics.policy import Policy
from dashboard.access.signin import Session
from dashboard.acts import acts
from dashboard.connect import detail, files, keeping, running, sources, trial
from dashboard.connect.reader import Reader
from dashboard.page import Page
from dashboard.words.format import Format
from dashboard.words.i18n import Translator
from data.ask.load_queries import holds_sample
from data.environment import warehouse_path
from data.errors import DengtaError, InputError
from services.access.actor import allow_company


def of_page(page: Page) -> Reader:
    """Who connects, on a page of a warehouse that has data."""
    return Reader(
        page.t, page.fmt, page.session, page.policy.billing, page.policy.plausibility, warehouse_path(), page
    )


def of_first_run(t: Translator, session: Session, policy: Policy) -> Reader:
    """Who connects, where nothing was loaded yet."""
    return Reader(t, Format(t.plain), session, policy.billing, policy.plausibility, warehouse_path())


def show(reader: Reader) -> None:
    """Sources, or the desk, or the load that was begun; who may not load is told so."""
    t = reader.t
    try:
        allow_company(reader.session.again(), "load")
    except InputError:
        st.info(t("connect.others"), icon=":material/lock:")
        return
    acts.say()
    if (load := reader.running) is not None:
        running.show(reader, load)
        return
    st.caption(t("connect.what"))
    try:
        if reader.page is not None and reader.page.load(holds_sample):
            st.warning(t("connect.beside_sample"), icon=":material/science:")
        if (desk := reader.desk) is None:
            sources.show(reader)
            return
        seen, refused = desk.looked()
        files.show(reader, desk, seen, refused)
        if not seen:
            return
        detail.show(reader, desk, seen)
        is_tried = trial.show(reader, desk, seen)
        keeping.show(reader, desk)
        running.offer(reader, desk, is_tried)
    except DengtaError as refusal:
        st.warning(t.error(refusal))
