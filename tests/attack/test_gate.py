"""Addresses and sockets before sign-in: what Streamlit serves to anybody, Dengta serves to its readers."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

from dashboard.gate import Gate, Message
from tests.attack.test_sign_in import PEOPLE, SECRETS, Say, say, signed

__all__ = ["say"]
UPLOAD, MEDIA, METRICS = "/_stcore/upload_file/session/file", "/media/abc.xlsx", "/_stcore/metrics"
GUARDED = (UPLOAD, MEDIA, METRICS, "//media/abc", "/_stcore/agent", "/_stcore//metrics")
FREE = ("/", "/recovery", "/static/js/x.js", "/_stcore/health", "/_stcore/host-config", "/auth/login")
KEY = "0123456789abcdef"


def cookie(claims: Mapping[str, Any], key: str = KEY) -> str:
    signed_value = create_signed_value(key, USER_COOKIE_NAME, json.dumps(claims))
    return f"{USER_COOKIE_NAME}={signed_value.decode()}"


def asked(path: str, carrying: str = "", host: str = "localhost", method: str = "GET") -> tuple[int, str]:
    """The status of an answer and how long it may be kept, of an application that answers all."""
    answers: list[Message] = []

    async def anybody(scope: Message, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"Cache-Control", b"public")]})
        await send({"type": "http.response.body", "body": b"all there is"})

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        answers.append(message)

    headers = [(b"host", host.encode()), (b"cookie", carrying.encode())]
    scope = {"type": "http", "method": method, "path": path, "headers": headers, "query_string": b""}
    asyncio.run(Gate(anybody)(scope, receive, send))
    kept = {k.lower(): v for k, v in answers[0]["headers"]}.get(b"cache-control", b"")
    return answers[0]["status"], kept.decode()


@pytest.mark.parametrize("path", GUARDED)
def test_nothing_is_given_or_taken_before_sign_in(path: str, say: Say) -> None:
    say(SECRETS, PEOPLE)
    for carrying in (
        "",
        cookie(signed("2"), key=KEY[::-1]),
        cookie({**signed("2"), "is_logged_in": False}),
        cookie({**signed("2"), "exp": 1}),
        cookie(signed("9", email="boss", preferred_username="boss")),
        f"{USER_COOKIE_NAME}=chunks-9",
    ):
        for method in ("GET", "PUT", "DELETE"):
            assert asked(path, carrying, method=method)[0] == 403, carrying
    assert asked(path, cookie(signed("2"))) == (200, "no-store")


def test_a_sign_in_that_is_half_configured_opens_no_address(say: Say) -> None:
    say(SECRETS, "")
    assert asked(MEDIA, cookie(signed("2")))[0] == 403


def test_metrics_are_for_administrators_and_files_for_readers_by_the_server_s_own_name(say: Say) -> None:
    say(SECRETS, PEOPLE)
    reader = cookie(signed("1"))
    assert asked(METRICS, reader)[0] == 403
    assert asked(MEDIA, reader)[0] == 200 and asked(UPLOAD, reader, method="PUT")[0] == 200
    assert asked(MEDIA, reader, host="elsewhere.example")[0] == 403


def test_the_sign_in_screen_and_one_local_user_have_what_they_need(say: Say) -> None:
    say(None, None)
    for path in (UPLOAD, MEDIA, METRICS):
        assert asked(path)[0] == 200
    say(SECRETS, PEOPLE)
    for path in FREE:
        assert asked(path) == (200, "public")


def test_no_browser_empties_the_caches_of_all(say: Say) -> None:
    say(SECRETS, PEOPLE)
    clear, rerun = BackMsg(clear_cache=True), BackMsg()
    rerun.rerun_script.query_string = "lang=en"
    sent = [m.SerializeToString() for m in (clear, rerun, clear)] + [b"\xff"]
    waiting: list[Message] = [{"type": "websocket.receive", "bytes": data} for data in sent]
    waiting.append({"type": "websocket.disconnect"})
    heard: list[Any] = []

    async def application(scope: Message, receive: Any, send: Any) -> None:
        while (message := await receive())["type"] != "websocket.disconnect":
            heard.append(message["bytes"])

    async def receive() -> Message:
        return waiting.pop(0)

    async def send(message: Message) -> None:
        raise AssertionError(message)

    asyncio.run(Gate(application)({"type": "websocket", "path": "/_stcore/stream"}, receive, send))
    assert heard == [rerun.SerializeToString(), b"\xff"]
