"""The page that somebody asked for before signing in, in a cookie of their browser until they are back.

Streamlit leads whoever has signed in to the first page (docs/decisions/0206).
"""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable
from pathlib import PurePosixPath
from urllib.parse import SplitResult, urlsplit

import streamlit as st
from starlette.requests import HTTPConnection

from dashboard.access.sockets import Message, Send
from dashboard.nav import PAGES

COOKIE = "dengta_back"
SECONDS = 900
LONGEST = 2800
"""Characters of a link that a cookie holds with its signs; of a longer one only the page is kept."""
NOWHERE = urlsplit("//nowhere/-")
NAMES = frozenset(PurePosixPath(p.path).stem for p in PAGES if p.path.startswith("pages/"))


def led(send: Send, asking: HTTPConnection, parts: list[str]) -> Send:
    """The answers that keep the page which asks to sign in and that lead back to it; others as they are."""
    match parts:
        case ["auth", "login"]:
            came = _split(asking.headers.get("referer", ""))
            here = _split(f"//{asking.headers.get('host', '')}").hostname
            back = _address(came) if came.hostname == here else None
            return _with(send, [], _cookie(back, SECONDS)) if back else send
        case ["oauth2callback"] if kept := asking.cookies.get(COOKIE):
            back = _address(_read(kept))
            return _with(send, [(b"location", back.encode())] if back else [], _cookie("", 0))
    return send


def base() -> list[str]:
    """The folder that the application stands in, by its parts."""
    return [part for part in str(st.get_option("server.baseUrlPath") or "").split("/") if part]


def _address(link: SplitResult) -> str | None:
    """A page of this application with what its link holds, from the server's root on; None for all else."""
    parts, under = [part for part in link.path.split("/") if part], base()
    page = parts[len(under) :]
    if parts[: len(under)] != under or len(page) > 1 or not NAMES.issuperset(page):
        return None
    query = f"?{link.query}" if link.query and len(link.query) <= LONGEST else ""
    address = "/" + "/".join(parts) + query
    return address if address.isascii() and address.isprintable() else None


def _split(link: str) -> SplitResult:
    try:
        return urlsplit(link)
    except ValueError:
        return NOWHERE


def _read(kept: str) -> SplitResult:
    try:
        return _split(urlsafe_b64decode(kept.encode()).decode("ascii"))
    except (binascii.Error, ValueError):
        return NOWHERE


def _cookie(back: str, seconds: int) -> bytes:
    value = urlsafe_b64encode(back.encode()).decode()
    path = "/" + "/".join(base())
    return f"{COOKIE}={value}; Max-Age={seconds}; Path={path}; HttpOnly; SameSite=Lax".encode()


def _with(send: Send, instead: Iterable[tuple[bytes, bytes]], cookie: bytes) -> Send:
    """An answer that leads elsewhere, if it leads anywhere, and sets a cookie."""
    new = dict(instead)

    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start" and message["status"] in (302, 303, 307):
            headers = [(k.lower(), v) for k, v in message.get("headers", [])]
            headers = [(k, new.get(k, v)) for k, v in headers]
            message = {**message, "headers": [*headers, (b"set-cookie", cookie)]}
        await send(message)

    return sent
