"""What Streamlit's server answers, and to whom: the one place that stands before its routes.

Streamlit takes uploads, gives out files and metrics and empties the caches of all for anybody who has an
address or a socket, before a page has asked who is there (docs/decisions/0176, 0177).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from streamlit.runtime import Runtime
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME
from streamlit.web.server.starlette.starlette_websocket import (
    _get_signed_cookie_with_chunks,
    is_host_allowed,
)

from dashboard.access import framing, given_files, sign_ins, signin, signin_setup, sockets, way_back
from dashboard.access.sockets import App, Message, Receive, Send
from data.errors import InputError

FREE = ("health", "host-config", "stream", "bidi-components")
"""What a browser needs under `/_stcore/` to draw the sign-in screen; everything else there is asked for."""
LEAVING = ["auth", "logout"]
TLS = ("https", "wss")
MOST_HELD = 200 * 1024**2
"""Bytes of files that one sign-in may have the server hold before it takes no more; one has 50 MB at most."""
UNKEPT = {"cache-control": "no-store"}


class Gate:
    """The application behind a gate: it has its own names only, and what is a reader's is theirs alone."""

    def __init__(self, app: App) -> None:
        self.app = app

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Pass on what is allowed."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        asking, parts = HTTPConnection(scope), _parts(scope["path"])
        if scope["type"] == "websocket":  # Streamlit itself asks a socket for the server's name
            await sockets.Socket(_claims(asking), receive, send).serve(self.app, scope)
            return
        guarded, leaves = _is_guarded(parts), parts == LEAVING
        claims = _claims(asking) if guarded or leaves else {}
        if refusal := _refusal(asking, parts, claims):
            await PlainTextResponse(refusal, 403, UNKEPT)(scope, receive, send)
            return
        if leaves and claims:
            sign_ins.end(claims)
        framed = framing.headers(parts, scope.get("query_string", b""))
        marked = _marked(send, guarded, _is_tls(asking), framed)
        await self.app(scope, receive, way_back.led(marked, asking, parts))
        if leaves and claims:
            sockets.close_all(sign_ins.mark(claims))


def _parts(path: str) -> list[str]:
    """A path without the folder that the application stands in."""
    parts = [part for part in path.split("/") if part]
    base = way_back.base()
    return parts[len(base) :] if base and parts[: len(base)] == base else parts


def _is_guarded(parts: list[str]) -> bool:
    return parts[:1] == ["media"] or (
        parts[:1] == ["_stcore"] and parts[1:2] not in [[name] for name in FREE]
    )


def _refusal(asking: HTTPConnection, parts: list[str], claims: Mapping[str, Any]) -> str | None:
    """Why a request is not answered; None where it is."""
    if not is_host_allowed(asking.headers.get("host")):
        return "this is not the name of this server"
    if not _is_guarded(parts) or not signin_setup.asked():
        return None
    try:
        user = signin.reader_of(claims)
    except InputError:
        return "sign in first"
    mark = sign_ins.mark(claims)
    match parts:
        case ["_stcore", "metrics", *_] if not user.may("administer"):
            return "metrics are for administrators"
        case ["_stcore", "upload_file", *rest] if not sockets.is_session_of("".join(rest[:1]), mark):
            return "this session is not yours"
        case ["_stcore", "upload_file", *_] if asking.scope["method"] == "PUT" and _held(mark) >= MOST_HELD:
            return "you hold files enough: sign out, or load the page anew"
        case ["media", *rest] if not given_files.may_take("/".join(rest).partition(".")[0], mark):
            return "this file was not given to you"
    return None


def _held(mark: str) -> int:
    """How many bytes of files that were brought the sessions of a sign-in hold."""
    kept = _files()
    sessions = (kept.file_storage.get(session, {}) for session in sockets.sessions_of(mark)) if kept else ()
    return sum(len(file.data) for files in sessions for file in list(files.values()))


def _files() -> MemoryUploadedFileManager | None:
    """Where Streamlit keeps files that were brought: in memory, for as long as their session lasts."""
    kept = Runtime.instance().uploaded_file_mgr if Runtime.exists() else None
    return kept if isinstance(kept, MemoryUploadedFileManager) else None


def _claims(asking: HTTPConnection) -> Mapping[str, Any]:
    """The claims of the sign-in that a request carries; none where nobody has to sign in."""
    if not signin_setup.asked() or signin_setup.lack():
        return {}
    try:
        claims = json.loads(_get_signed_cookie_with_chunks(asking.cookies, USER_COOKIE_NAME) or b"{}")
    except ValueError:
        return {}
    return claims if isinstance(claims, dict) and claims.get("is_logged_in") else {}


def _is_tls(asking: HTTPConnection) -> bool:
    """Whether browsers come by TLS: on this connection, at the proxy, or by the public address."""
    forwarded = asking.headers.get("x-forwarded-proto", "")
    return (
        asking.scope.get("scheme") in TLS or forwarded in TLS or signin_setup.address().startswith("https:")
    )


def _marked(send: Send, unkept: bool, tls: bool, framed: list[tuple[bytes, bytes]]) -> Send:
    """Answers that no cache keeps where they are a reader's, and that say who may frame them; cookies go by
    TLS alone where there is TLS.
    """

    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = [(k.lower(), v) for k, v in message.get("headers", [])] + framed
            if unkept:
                headers = [(k, v) for k, v in headers if k != b"cache-control"]
                headers.append((b"cache-control", b"no-store"))
            if tls:
                headers = [(k, _secure(v) if k == b"set-cookie" else v) for k, v in headers]
            message = {**message, "headers": headers}
        await send(message)

    return sent


def _secure(cookie: bytes) -> bytes:
    named = [part.strip().lower() for part in cookie.split(b";")]
    return cookie if b"secure" in named else cookie + b"; Secure"
