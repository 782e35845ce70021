"""Loads that are held, with what was found in them: published or discarded here by who may load for all."""

from __future__ import annotations

import streamlit as st

from analytics.errors import RefusedError
from dashboard.access.signin import Session
from dashboard.words.format import Format
from dashboard.words.held_words import examples_said, finding_said
from dashboard.words.i18n import Translator
from data.environment import warehouse_path
from data.errors import DengtaError
from data.load.held_loads import HeldLoad
from services.warehouse import holding

_SAID, _WRONG = "held_done", "held_refused"


def show(t: Translator, session: Session, is_said: bool = False) -> None:
    """What waits; nothing where nothing does, or for who may not load for the whole company.

    `is_said`: what that means stands above already.
    """
    if not session.user.may("load") or session.user.orgs:
        return
    if said := st.session_state.pop(_SAID, None):
        st.success(said, icon=":material/check_circle:")
    waiting = holding.held_loads(warehouse_path())
    of_load, wrong = st.session_state.pop(_WRONG, ("", ""))
    if wrong and of_load not in {*(held.id for held in waiting.held), *waiting.damaged}:
        st.error(wrong)
    if not waiting.held and not waiting.damaged:
        return
    st.subheader(t("held.title"), anchor=False)
    if not is_said:
        st.warning(t("held.what"), icon=":material/pan_tool:")
    for held in waiting.held:
        with st.container(border=True):
            _one(t, held)
            _decide(t, session, held.id, wrong if of_load == held.id else "", may_publish=True)
    for name in waiting.damaged:
        with st.container(border=True):
            st.markdown(t("held.damaged", load=name))
            _decide(t, session, name, wrong if of_load == name else "", may_publish=False)


def _one(t: Translator, held: HeldLoad) -> None:
    """Which load it is, and what was found: each finding with where to look and the first examples."""
    load, fmt = held.load, Format(t.plain)
    about = {"folder": load.folder, "day": t.day(load.extract_on), "files": len(load.files)}
    st.markdown(t("held.of_load", load=held.id, at=fmt.moment(held.held_at), **about))
    for finding in held.findings:
        st.markdown(f"**{finding_said(t, finding)}**")
        told = ["- " + said for said in examples_said(t, finding)]
        first = [t("held.example.first"), ""] if told else []
        st.caption("\n".join((t("held.look_at", what=t(f"held.look.{finding.what}")), "", *first, *told)))


def _decide(t: Translator, session: Session, name: str, wrong: str, may_publish: bool) -> None:
    """A reason and what to do; `wrong` is why what was pressed before did nothing."""
    with st.form(f"held_{name}", border=False, enter_to_submit=False):
        why = st.text_input(t("columns.reason"), max_chars=500, key=f"held_why_{name}")
        with st.container(horizontal=True):
            publish = may_publish and st.form_submit_button(t("held.publish"), icon=":material/publish:")
            discard = st.form_submit_button(t("held.discard"), icon=":material/delete:")
    if not publish and not discard:
        if wrong:  # beside the buttons, where the reader looks
            st.error(wrong)
        return
    try:
        if publish:
            st.session_state[_SAID] = _published(t, session, name, why or "")
        else:
            holding.discard_held(warehouse_path(), name, session.again(), why or "")
            st.session_state[_SAID] = t("held.discarded", load=name)
    except (DengtaError, RefusedError) as refusal:
        st.session_state[_WRONG] = (name, t.error(refusal))
    st.rerun()


def _published(t: Translator, session: Session, name: str, why: str) -> str:
    from services.warehouse.prepared import prepare

    bar = st.progress(0.0, t("held.working"))

    def progress(step: str, share: float) -> None:
        bar.progress(min(max(share, 0.0), 1.0), t.or_code(f"progress.{step}", t("held.working")))

    report = holding.publish_held(warehouse_path(), name, session.again(), why, progress)
    bar.progress(1.0, t("progress.prepare"))
    prepare(warehouse_path())
    return t("held.published", load=name, snapshot=report.snapshot)
