"""What Streamlit's server answers, and to whom: the one place that stands before its routes.

Streamlit takes uploads, gives out files and metrics and empties the caches of all for anybody who has an
address or a socket, before a page has asked who is there (docs/decisions/0176).
"""

from __future__ import annotations

import json
import logging
from collections.abc import Awaitable, Callable, MutableMapping
from datetime import UTC, datetime
from typing import Any

import streamlit as st
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME
from streamlit.web.server.starlette.starlette_websocket import (
    _get_signed_cookie_with_chunks,
    is_host_allowed,
)

from dashboard import signin_setup
from dashboard.auth import LOCAL_USER, User, read_directory, user_from_claims
from data.errors import InputError

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]

FREE = ("health", "host-config", "stream", "bidi-components")
"""What a browser needs under `/_stcore/` to draw the sign-in screen; everything else there is asked for."""
_log = logging.getLogger(__name__)


class Gate:
    """The application behind a gate: files and uploads are for readers, metrics for administrators."""

    def __init__(self, app: App) -> None:
        self.app = app

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Pass on what is allowed."""
        if scope["type"] == "websocket":
            await self.app(scope, _harmless(receive), send)
        elif scope["type"] == "http" and _is_guarded(scope["path"]):
            if refusal := _refusal(scope):
                await PlainTextResponse(refusal, 403)(scope, receive, send)
            else:
                await self.app(scope, receive, _unkept(send))
        else:
            await self.app(scope, receive, send)


def _parts(path: str) -> list[str]:
    """A path without the folder that the application stands in."""
    parts = [part for part in path.split("/") if part]
    base = [part for part in str(st.get_option("server.baseUrlPath") or "").split("/") if part]
    return parts[len(base) :] if base and parts[: len(base)] == base else parts


def _is_guarded(path: str) -> bool:
    parts = _parts(path)
    return parts[:1] == ["media"] or (
        parts[:1] == ["_stcore"] and parts[1:2] not in [[name] for name in FREE]
    )


def _refusal(scope: Message) -> str | None:
    """Why a request is not answered; None where it is."""
    asking = HTTPConnection(scope)
    if not is_host_allowed(asking.headers.get("host")):
        return "this is not the name of this server"
    user = _reader(asking)
    if user is None:
        return "sign in first"
    if _parts(scope["path"])[:2] == ["_stcore", "metrics"] and not user.may("administer"):
        return "metrics are for administrators"
    return None


def _reader(asking: HTTPConnection) -> User | None:
    """The reader whose sign-in a request carries, as the users' file says it now."""
    if not signin_setup.asked():
        return LOCAL_USER
    if signin_setup.lack():
        return None
    try:
        claims = json.loads(_get_signed_cookie_with_chunks(asking.cookies, USER_COOKIE_NAME) or b"{}")
        if not claims.get("is_logged_in"):
            return None
        return user_from_claims(claims, read_directory(), datetime.now(UTC))
    except (InputError, ValueError):
        return None


def _harmless(receive: Receive) -> Receive:
    """A socket's messages without the one that empties the caches of everybody."""

    async def heard() -> Message:
        while True:
            message = await receive()
            if not (signin_setup.asked() and _clears_cache(message.get("bytes"))):
                return message
            _log.warning("a browser asked to clear the caches of all; it is not done")

    return heard


def _clears_cache(data: bytes | None) -> bool:
    said = BackMsg()
    try:
        said.ParseFromString(data or b"")
    except Exception:  # whatever it is, Streamlit ends the socket of whoever sends it
        _log.info("a socket sent what is no message", exc_info=True)
        return False
    return said.WhichOneof("type") == "clear_cache"


def _unkept(send: Send) -> Send:
    """Answers that no cache between keeps."""

    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            kept = [(k, v) for k, v in message.get("headers", []) if k.lower() != b"cache-control"]
            message = {**message, "headers": [*kept, (b"cache-control", b"no-store")]}
        await send(message)

    return sent
