"""Signing in: the one place that reads who is there. With nothing configured there is one local user."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from dashboard.access import sign_ins, signin_setup
from dashboard.access.auth import LOCAL_USER, User, read_directory, stand_in, stand_ins, user_from_claims
from dashboard.words.i18n import Translator
from data.errors import InputError

STAND_IN = "seen_as"
UNLISTED = ("user_not_listed", "user_without_units")
"""Refusals of somebody who is signed in and could only come in as somebody else."""
_BOX, _TOLD = "seen_as_box", "seen_as_told"
_log = logging.getLogger(__name__)


def configured() -> bool:
    """Whether anybody has to sign in: where sign-in is configured in any part."""
    return signin_setup.asked()


@dataclass(frozen=True)
class Session:
    """A reader as a run of a page found them; `again` says who they are by now, in any thread.

    `claims` are the session's own: signing out empties them. `number` is Streamlit's of the session.
    """

    user: User
    claims: Mapping[str, Any]
    stands_in: str | None
    number: str = ""

    def again(self) -> User:
        """The reader with the units and permissions of this moment; refused who may not come in any more.

        Asked at the time of an act, of a file that is made later and of a service call.
        """
        if not configured():
            if self.user.signed_in:
                raise InputError("sign_in_over")
            return self.user
        return reader_of(self.claims, self.stands_in)

    def unchanged(self) -> User:
        """The same, refused where units or permissions were taken away since the page was drawn."""
        now = self.again()
        if now.orgs != self.user.orgs or not self.user.permissions <= now.permissions:
            raise InputError("rights_changed")
        return now


def session(user: User) -> Session:
    """The session of the reader of this page."""
    run = get_script_run_ctx()
    return Session(user, _claims(), st.session_state.get(STAND_IN), run.session_id if run else "")


def user_or_stop(t: Translator) -> User:
    """The reader of this page; draws the sign-in screen and stops where there is none yet."""
    if not configured():
        return LOCAL_USER
    if signin_setup.lack():
        _screen(t, InputError("sign_in_closed"), can_sign_in=False)
    claims = _claims()
    if not claims.get("is_logged_in"):
        _screen(t, None)
    try:
        return _looking(claims)
    except InputError as refusal:
        _screen(t, refusal)
        raise AssertionError("unreachable: the screen stops the page") from refusal


def choose_stand_in(t: Translator, user: User) -> None:
    """Let an administrator look as another; the choice goes with them from page to page."""
    if not configured() or (user.seen_as is None and not user.may("administer")):
        return
    try:
        others = stand_ins(reader_of(_claims()), read_directory())
    except InputError as refusal:  # closed, or struck off, since the page began
        st.warning(t.error(refusal))
        st.stop()
    if not others:
        return
    now = st.session_state.get(STAND_IN)
    st.selectbox(
        t("shell.see_as"),
        others,
        index=others.index(now) if now in others else None,
        key=_BOX,
        on_change=_chosen,
        placeholder=t("shell.see_as_self"),
    )


def _chosen() -> None:
    st.session_state[STAND_IN] = st.session_state.get(_BOX)


def _claims() -> Mapping[str, Any]:
    """What the provider said of this session's reader, as Streamlit holds it."""
    run = get_script_run_ctx()
    return {} if run is None else run.user_info


def leave() -> None:
    """Sign out: the sign-in is over in every tab, and the provider is told."""
    sign_ins.end(_claims())
    st.logout()


def reader_of(claims: Mapping[str, Any], stands_in: str | None = None) -> User:
    """The reader behind claims, or whom they stand in for; both refused where that is not theirs.

    Asked by pages, acts, files and the gate alike.
    """
    if signin_setup.lack():
        raise InputError("sign_in_closed")
    if not claims.get("is_logged_in") or sign_ins.is_over(claims):
        raise InputError("sign_in_over")
    directory = read_directory()
    user = user_from_claims(claims, directory, datetime.now(UTC))
    return stand_in(user, stands_in, directory) if stands_in else user


def _looking(claims: Mapping[str, Any]) -> User:
    """The reader of a page; a stand-in that is not allowed any more ends, and the log has both names."""
    name = st.session_state.get(STAND_IN)
    own = user = reader_of(claims)
    if name:
        try:
            user = reader_of(claims, name)
        except InputError:
            del st.session_state[STAND_IN]
    if st.session_state.get(_TOLD) != (seen_as := user.name if user.seen_as else None):
        if user.seen_as:
            _log.warning("view as begins: %r looks as %r", own.name, user.name)
        else:
            _log.warning("view as ends: %r", own.name)
        st.session_state[_TOLD] = seen_as
    return user


def _screen(t: Translator, refusal: InputError | None, can_sign_in: bool = True) -> None:
    st.title(t("shell.product"), anchor=False)
    if refusal:
        st.warning(t.error(refusal))
    else:
        st.write(t("shell.sign_in_first"))
    if can_sign_in:
        if refusal:
            st.button(t("shell.sign_out"), on_click=leave)
        st.button(
            t("shell.sign_in_other" if refusal and refusal.key in UNLISTED else "shell.sign_in"),
            on_click=st.login,
        )
    st.stop()
