"""Signing in: the one place that reads `st.user`. Without a configured provider there is one local user."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import streamlit as st

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


def user_or_stop(t: Translator) -> User:
    """The reader of this page; draws the sign-in screen and stops where there is none yet."""
    if not configured():
        return LOCAL_USER
    if not st.user.is_logged_in:
        _screen(t, None)
    claims: dict[str, Any] = dict(st.user.to_dict())
    try:
        directory = read_directory()
        user = user_from_claims(claims, directory, datetime.now(UTC))
        return _stood_in(user, directory)
    except InputError as refusal:
        _screen(t, refusal)
        raise AssertionError("unreachable: the screen stops the page") from refusal


def names(user: User) -> tuple[str, ...]:
    """Whom an administrator may stand in for."""
    if not configured() or (user.seen_as is None and not user.may("administer")):
        return ()
    return tuple(sorted(read_directory().users))


def _stood_in(user: User, directory: Directory) -> User:
    name = st.session_state.get(STAND_IN)
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
