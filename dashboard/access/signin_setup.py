"""Whether anybody has to sign in here: nothing configured is a local user's, anything half is closed.

Sign-in is configured by two files (docs/decisions/0170): the provider in Streamlit's secrets, the people in
`DENGTA_USERS`. Either of them, even spoilt or empty, says that this is not one local user's machine.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import streamlit as st
from streamlit.web.server.starlette.starlette_websocket import is_host_allowed

from dashboard.access import sign_ins
from dashboard.access.auth import read_directory
from dashboard.words.i18n import Translator, reader_language
from data.environment import warehouse_path
from data.errors import InputError

SHORTEST_SECRET = 16
KEYS = ("redirect_uri", "cookie_secret")
PROVIDER_KEYS = ("client_id", "client_secret", "server_metadata_url")
OWN_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})
_log = logging.getLogger(__name__)


def asked() -> bool:
    """Whether sign-in is configured in any part."""
    files = st.get_option("secrets.files") or ()
    return (
        "DENGTA_USERS" in os.environ
        or any(_may_be_there(file) for file in files)
        or bool(st.get_option("server.trustedUserHeaders"))
    )


def _may_be_there(file: str) -> bool:
    """Whether there is a file or a link, or may be one where nobody may look: then nothing is open."""
    try:
        os.lstat(file)
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True
    return True


def lack() -> InputError | None:
    """What a configured sign-in lacks, told to the operator in the log; None where it is whole."""
    try:
        _provider()
        _people()
    except InputError as missing:
        _tell(Translator(reader_language()).error(missing))
        return missing
    return None


def at_start() -> None:
    """Tell the operator, before anybody comes, what sign-in lacks and what it cannot keep."""
    if asked() and lack() is None and not sign_ins.are_kept():
        _tell(Translator(reader_language())("errors.sign_outs_not_kept", folder=str(warehouse_path())))


def address() -> str:
    """The address that the provider sends readers back to, the public one; empty where none is set."""
    try:
        auth = st.secrets.to_dict().get("auth") if asked() else None
    except Exception:  # what Streamlit raises of a file it cannot read is of many kinds
        _log.debug("no public address: `lack` tells the operator why", exc_info=True)
        return ""
    return _text(auth, "redirect_uri").lower() if isinstance(auth, Mapping) else ""


@cache
def _tell(sentence: str) -> None:
    """Once for each thing that is wrong, not once for each visitor."""
    _log.error(sentence)


def _provider() -> None:
    """Refuse secrets that do not name a provider whole, and headers that would go before what it says."""
    if st.get_option("server.trustedUserHeaders"):
        raise InputError("sign_in_by_headers")
    try:
        secrets = st.secrets.to_dict()
    except Exception as e:  # what Streamlit raises of a file it cannot read is of many kinds
        raise InputError("sign_in_secrets_unreadable", detail=str(e)) from e
    auth = secrets.get("auth")
    if not isinstance(auth, Mapping):
        raise InputError("sign_in_without_provider", found=sorted(secrets) or "—")
    provider = auth.get("default", auth)
    of = provider if isinstance(provider, Mapping) else {}
    missing = [key for key in KEYS if not _text(auth, key)]
    missing += [key for key in PROVIDER_KEYS if not _text(of, key)]
    if missing:
        raise InputError("sign_in_provider_incomplete", missing=missing)
    if len(_text(auth, "cookie_secret")) < SHORTEST_SECRET:
        raise InputError("sign_in_secret_short", least=SHORTEST_SECRET)
    _refuse_address(_text(auth, "redirect_uri"))


def _refuse_address(address: str) -> None:
    """Refuse to have readers sent back to a name that is not served, or by http but on this very machine."""
    try:
        back = urlsplit(address)
    except ValueError as e:
        raise InputError("sign_in_host_not_allowed", host=address) from e
    if not is_host_allowed(back.netloc):
        raise InputError("sign_in_host_not_allowed", host=back.netloc)
    if back.scheme != "https" and not (back.scheme == "http" and back.hostname in OWN_MACHINE):
        raise InputError("sign_in_without_tls", host=back.netloc)


def _people() -> None:
    """Refuse a directory of nobody."""
    if "DENGTA_USERS" not in os.environ:
        raise InputError("sign_in_without_people")
    directory = read_directory()
    if not directory.users and not directory.orgs_claim:
        raise InputError("sign_in_nobody_listed", file=os.environ["DENGTA_USERS"])


def _text(of: Mapping[str, Any], key: str) -> str:
    value = of.get(key)
    return value.strip() if isinstance(value, str) else ""
