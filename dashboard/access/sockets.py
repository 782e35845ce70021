"""A browser's socket behind the gate: whose it is, what is not passed on, and its end when they sign out."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

import streamlit as st
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from dashboard.access import sign_ins, signin, signin_setup
from dashboard.access.given_files import ASKING
from data.errors import InputError

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]

SIGNED_OUT = 4001
MOST_SESSIONS = 10_000
SHORT = 200
"""Bytes of a message that sends a tab elsewhere, and more."""
_log = logging.getLogger(__name__)
_open: set[Socket] = set()
_sessions: dict[str, str] = {}
"""The sign-in of each session, the latest last; they outlive their sockets, since a browser may come back."""


class Socket:
    """One socket with the sign-in (empty: none) that it was opened with."""

    def __init__(self, claims: Mapping[str, Any], receive: Receive, send: Send) -> None:
        self.claims, self._receive, self._send = claims, receive, send
        self.sign_in = sign_ins.mark(claims) if claims else None
        self.over, self._is_told, self._leaves = asyncio.Event(), False, False

    async def serve(self, app: App, scope: Message) -> None:
        """Let the application and the browser talk until either leaves or the sign-in is over."""
        _open.add(self)
        try:
            await app(scope, self._heard, self._told)
        finally:
            _open.discard(self)

    async def _heard(self) -> Message:
        """The next message that the application may hear."""
        while True:
            message = await self._next()
            data = message.get("bytes")
            if not data or not signin_setup.asked() or await self._passes(data):
                return message

    async def _next(self) -> Message:
        coming, over = asyncio.ensure_future(self._receive()), asyncio.ensure_future(self.over.wait())
        try:
            await asyncio.wait((coming, over), return_when=asyncio.FIRST_COMPLETED)
            if self.over.is_set():
                await self._send_home()
                await self._send({"type": "websocket.close", "code": SIGNED_OUT})
                return {"type": "websocket.disconnect", "code": SIGNED_OUT}
            return coming.result()
        finally:
            coming.cancel()
            over.cancel()

    async def _passes(self, data: bytes) -> bool:
        """Whether a message goes on: not what empties the caches of all; files and rows for readers only."""
        said = BackMsg()
        try:
            said.ParseFromString(data)
        except Exception:  # whatever it is, Streamlit ends the socket of whoever sends it
            _log.info("a socket sent what is no message", exc_info=True)
            return True
        kind = said.WhichOneof("type")
        if kind == "clear_cache":
            _log.warning("a browser asked to clear the caches of all; it is not done")
            return False
        if kind != "backend_operation_request":
            return True
        if self._is_reader():
            # Streamlit refuses a number here that is not its own of this socket's session.
            ASKING.set(said.backend_operation_request.session_id)
            return True
        refused = ForwardMsg()
        refused.backend_operation_response.request_id = said.backend_operation_request.request_id
        refused.backend_operation_response.error_msg = "sign in first"
        await self._send({"type": "websocket.send", "bytes": refused.SerializeToString()})
        return False

    def _is_reader(self) -> bool:
        try:
            signin.reader_of(self.claims)
        except InputError:
            return False
        return True

    async def _send_home(self) -> None:
        """Have the tab load the application anew: a socket that only closes leaves the page as it stands.

        Not the tab that signs out: it is on its way to the provider.
        """
        if not self._leaves:
            home = ForwardMsg()
            home.auth_redirect.url = "/".join(
                ("", *str(st.get_option("server.baseUrlPath") or "").split("/"))
            )
            await self._send({"type": "websocket.send", "bytes": home.SerializeToString()})

    async def _told(self, message: Message) -> None:
        """Pass on what the application says; of its first words, which session this is, is remembered."""
        if self.over.is_set():
            return
        data = message.get("bytes") or b""
        if self.sign_in and data and (not self._is_told or len(data) < SHORT):
            said = ForwardMsg()
            said.ParseFromString(data)
            if said.HasField("new_session"):
                self._is_told = True
                _remember(said.new_session.initialize.session_id, self.sign_in)
            self._leaves = self._leaves or said.HasField("auth_redirect")
        await self._send(message)


def _remember(session: str, sign_in: str) -> None:
    _sessions[session] = sign_in
    while len(_sessions) > MOST_SESSIONS:
        del _sessions[next(iter(_sessions))]


def is_session_of(session: str, sign_in: str) -> bool:
    """Whether a session was opened with this sign-in."""
    return _sessions.get(session) == sign_in


def sessions_of(sign_in: str) -> list[str]:
    """The sessions that were opened with a sign-in."""
    return [session for session, own in list(_sessions.items()) if own == sign_in]


def close_all(sign_in: str) -> None:
    """End every socket of a sign-in: their tabs come back without it and show the sign-in screen."""
    for one in _open:
        if one.sign_in == sign_in:
            one.over.set()
