"""What a reader sees before the first load: make the sample here, or how to load a folder of one's own."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from analytics.errors import RefusedError
from dashboard.access.signin import Session
from dashboard.frame import held_loads
from dashboard.words.i18n import Translator
from data.environment import warehouse_path
from data.errors import DengtaError

CUSTOMERS, MONTHS = 20_000, 36


def show(t: Translator, session: Session, connect: Callable[[], None], is_busy: bool) -> None:
    """The first screen: the sample, made and loaded when its button is pressed, or `connect` one's own.

    That stands alone once it is begun (`is_busy`).
    """
    st.title(t("first_run.title"), anchor=False)
    if not session.user.may("load"):
        st.info(t("first_run.others_load"))
        st.button(t("first_run.look_again"))
        return
    held_loads.show(t, session)
    if is_busy:
        st.header(t("connect.title"), anchor=False)
        connect()
        return
    st.write(t("first_run.what"))
    left, right = st.columns(2, gap="medium", border=True)
    with left:
        st.subheader(t("first_run.sample"), anchor=False)
        st.write(t("first_run.sample_what", customers=f"{CUSTOMERS:,}", months=MONTHS))
        pressed = st.button(t("first_run.make"), icon=":material/play_arrow:")
        place = st.container()
    with right:
        st.subheader(t("first_run.own"), anchor=False)
        st.write(t("first_run.own_what"))
        st.code(f"python -m dashboard load {t('first_run.folder')}", language=None)
        st.button(t("first_run.look_again"))
    if pressed:
        with place:
            _make(t, session)
        return
    st.header(t("connect.title"), anchor=False)
    connect()


def _make(t: Translator, session: Session) -> None:
    from services.warehouse.first_run import make_and_load_sample

    bar = st.progress(0.0, t("first_run.making"))

    def progress(step: str, share: float) -> None:
        bar.progress(min(max(share, 0.0), 1.0), t.or_code(f"progress.{step}", t("first_run.making")))

    try:
        make_and_load_sample(
            warehouse_path(), session.again(), customers=CUSTOMERS, months=MONTHS, progress=progress
        )
    except (DengtaError, RefusedError) as refusal:
        st.error(t.error(refusal))
        return
    st.rerun()
