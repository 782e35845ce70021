"""Signing in: the one place that reads `st.user`. Without a configured provider there is one local user."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from dashboard.auth import LOCAL_USER, Directory, User, read_directory, stand_in, user_from_claims
from dashboard.i18n import Translator
from data.errors import InputError

STAND_IN = "seen_as"


def configured() -> bool:
    """Whether the secrets configure a sign-in provider."""
    try:
        return "auth" in st.secrets
    except FileNotFoundError:
        return False


@dataclass(frozen=True)
class Session:
    """A reader as a run of a page found them; `again` says who they are by now, in any thread.

    `claims` are the session's own: signing out empties them.
    """

    user: User
    claims: Mapping[str, Any]
    stands_in: str | None

    def again(self) -> User:
        """The reader with the units and permissions of this moment; refused who may not come in any more.

        Asked at the time of an act, of a file that is made later and of a service call.
        """
        if not configured():
            if self.user.signed_in:
                raise InputError("sign_in_over")
            return self.user
        if not self.claims.get("is_logged_in"):
            raise InputError("sign_in_over")
        return _reader(self.claims, self.stands_in)

    def unchanged(self) -> User:
        """The same, refused where units or permissions were taken away since the page was drawn."""
        now = self.again()
        if now.orgs != self.user.orgs or not self.user.permissions <= now.permissions:
            raise InputError("rights_changed")
        return now


def session(user: User) -> Session:
    """The session of the reader of this page."""
    return Session(user, _claims(), st.session_state.get(STAND_IN))


def user_or_stop(t: Translator) -> User:
    """The reader of this page; draws the sign-in screen and stops where there is none yet."""
    if not configured():
        return LOCAL_USER
    if not st.user.is_logged_in:
        _screen(t, None)
    try:
        return _reader(_claims(), st.session_state.get(STAND_IN))
    except InputError as refusal:
        _screen(t, refusal)
        raise AssertionError("unreachable: the screen stops the page") from refusal


def names(user: User) -> tuple[str, ...]:
    """Whom an administrator may stand in for."""
    if not configured() or (user.seen_as is None and not user.may("administer")):
        return ()
    return tuple(sorted(read_directory().users))


def _claims() -> Mapping[str, Any]:
    """What the provider said of this session's reader, as Streamlit holds it."""
    run = get_script_run_ctx()
    return {} if run is None else run.user_info


def _reader(claims: Mapping[str, Any], stands_in: str | None) -> User:
    directory = read_directory()
    user = user_from_claims(claims, directory, datetime.now(UTC))
    return _stood_in(user, directory, stands_in)


def _stood_in(user: User, directory: Directory, name: str | None) -> User:
    if not name or not user.may("administer") or name not in directory.users:
        return user
    return stand_in(user, name, directory)


def _screen(t: Translator, refusal: InputError | None) -> None:
    st.title(t("shell.product"), anchor=False)
    if refusal:
        st.warning(t.error(refusal))
        st.button(t("shell.sign_out"), on_click=st.logout)
    else:
        st.write(t("shell.sign_in_first"))
    st.button(t("shell.sign_in"), on_click=st.login)
    st.stop()
