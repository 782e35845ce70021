"""Addresses and sockets before sign-in: what Streamlit serves to anybody, Dengta serves to its readers."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.runtime.memory_media_file_storage import _calculate_file_id
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import UploadedFileRec
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

from dashboard.access import framing, gate, given_files, sign_ins, signin, sockets
from dashboard.access.auth import LOCAL_USER
from dashboard.access.gate import Gate
from dashboard.access.given_files import ASKING, Named, made_for
from dashboard.access.signin import Session
from dashboard.access.sockets import Message
from data.errors import InputError
from tests.attack.test_sign_in import PEOPLE, SECRETS, Say, say, signed

__all__ = ["say"]
UPLOAD, MEDIA, METRICS = "/_stcore/upload_file/session/file", "/media/abc.xlsx", "/_stcore/metrics"
GUARDED = (UPLOAD, MEDIA, METRICS, "//media/abc", "/_stcore/agent", "/_stcore//metrics")
FREE = ("/", "/recovery", "/static/js/x.js", "/_stcore/health", "/_stcore/host-config", "/auth/login")
KEY = "0123456789abcdef"


class Later:
    """A clock that is an hour ahead."""

    @staticmethod
    def time() -> float:
        return time.time() + 3601


def cookie(claims: Mapping[str, Any], key: str = KEY) -> str:
    signed_value = create_signed_value(key, USER_COOKIE_NAME, json.dumps(claims))
    return f"{USER_COOKIE_NAME}={signed_value.decode()}"


def asked(path: str, carrying: str = "", host: str = "localhost", method: str = "GET") -> tuple[int, str]:
    """The status of an answer and how long it may be kept."""
    status, headers = answered(path, carrying, host, method)
    return status, headers.get("cache-control", "")


def answered(path: str, carrying: str, host: str, method: str) -> tuple[int, dict[str, str]]:
    """The status and headers of an answer, of an application that answers all."""
    answers: list[Message] = []
    given = [(b"Cache-Control", b"public"), (b"Set-Cookie", b"a=b; Path=/")]

    async def anybody(scope: Message, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": given})
        await send({"type": "http.response.body", "body": b"all there is"})

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        answers.append(message)

    headers = [(b"host", host.encode()), (b"cookie", carrying.encode())]
    scope = {"type": "http", "method": method, "path": path, "headers": headers, "query_string": b""}
    asyncio.run(Gate(anybody)(scope, receive, send))
    return answers[0]["status"], {k.decode().lower(): v.decode() for k, v in answers[0]["headers"]}


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
    assert asked("/_stcore/metrics", cookie(signed("2"))) == (200, "no-store")


def test_a_sign_in_that_is_half_configured_opens_no_address(say: Say) -> None:
    say(SECRETS, "")
    assert asked(MEDIA, cookie(signed("2")))[0] == 403


def test_metrics_are_for_administrators_and_files_for_those_they_were_made_for(say: Say) -> None:
    say(SECRETS, PEOPLE)
    reader = cookie(signed("1"))
    assert asked(METRICS, reader)[0] == 403
    assert asked(MEDIA, reader)[0] == 403 and asked(UPLOAD, reader, method="PUT")[0] == 403
    for path in (*GUARDED, *FREE):
        assert asked(path, cookie(signed("2")), host="elsewhere.example")[0] == 403


def test_a_reader_has_the_server_hold_so_much_and_no_more(say: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    say(SECRETS, PEOPLE)
    claims, kept = signed("1"), MemoryUploadedFileManager("")
    monkeypatch.setattr(gate, "_files", lambda: kept)
    monkeypatch.setattr(sockets, "_sessions", {s: sign_ins.mark(claims) for s in ("session", "beside")})
    assert asked(UPLOAD, cookie(claims), method="PUT")[0] == 200
    kept.add_file("beside", UploadedFileRec("1", "a.csv", "text/csv", bytes(gate.MOST_HELD)))
    assert asked(UPLOAD, cookie(claims), method="PUT")[0] == 403
    assert asked(UPLOAD, cookie(claims), method="DELETE")[0] == 200


def test_a_file_is_taken_by_who_it_was_made_for_while_they_may_see_it(
    say: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    say(SECRETS, PEOPLE)
    claims = signed("1")
    session = Session(signin.reader_of(claims), claims, None, "7")
    file = Named("list.csv", "text/csv; key=1", "1.csv")
    make = made_for(session, file, lambda: b"all there is")
    for asking in (None, "8"):
        ASKING.set(asking)
        with pytest.raises(InputError, match="file_of_another"):
            make()
    ASKING.set("7")
    path = f"/media/{_calculate_file_id(make(), file.mime, file.name)}.csv"
    assert asked(path, cookie(claims)) == (200, "no-store")
    assert asked(path, cookie(signed("2")))[0] == 403
    assert asked(path, cookie({**claims, "nonce": "another sign-in"}))[0] == 403
    with monkeypatch.context() as later:
        later.setattr(given_files, "time", Later)
        assert asked(path, cookie(claims))[0] == 403, "made more than an hour ago"
    say(SECRETS, PEOPLE.replace("33401", "33402"))
    assert asked(path, cookie(claims))[0] == 403, "made for units that are theirs no more"


def test_a_sign_out_outlives_the_process(say: Say, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DENGTA_WAREHOUSE", str(tmp_path))
    say(SECRETS, PEOPLE)
    claims = signed("2")
    assert asked("/auth/logout", cookie(claims))[0] == asked(METRICS, cookie({**claims, "at": 1}))[0] == 200
    assert asked(METRICS, cookie(claims))[0] == 403
    monkeypatch.setattr(sign_ins, "_over", {})
    assert asked(METRICS, cookie(claims))[0] == 403
    with pytest.raises(InputError, match="sign_in_over"):
        Session(LOCAL_USER, claims, None).again()
    sign_ins.end({**claims, "exp": 1})
    sign_ins.end({**claims, "at": 2})
    kept = list((tmp_path / sign_ins.FOLDER).iterdir())
    assert len(kept) == 2 and {file.stat().st_mode & 0o777 for file in kept} == {0o600}


def test_the_sign_in_screen_and_one_local_user_have_what_they_need(say: Say) -> None:
    say(None, None)
    for path in (UPLOAD, MEDIA, METRICS):
        assert asked(path)[0] == 200
        assert asked(path, host="elsewhere.example")[0] == 403
    say(SECRETS, PEOPLE)
    for path in FREE:
        assert asked(path) == (200, "public")


def test_cookies_keep_to_tls_where_the_public_address_has_it(say: Say) -> None:
    for scheme, marks in (("http", ""), ("https", "; Secure")):
        say(SECRETS.replace("http://127", f"{scheme}://127"), PEOPLE)
        assert answered("/", "", "localhost", "GET")[1]["set-cookie"] == f"a=b; Path=/{marks}"


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

    scope: Message = {"type": "websocket", "path": "/_stcore/stream", "headers": []}

    async def receive() -> Message:
        return waiting.pop(0)

    async def send(message: Message) -> None:
        raise AssertionError(message)

    asyncio.run(Gate(application)(scope, receive, send))
    assert heard == [rerun.SerializeToString(), b"\xff"]


@pytest.mark.parametrize(
    ("setting", "path", "query", "allowed"),
    [
        ("https://mis.example", "/customers", "card=1&cons_no=1", "https://mis.example"),
        ("https://mis.example http://a:81", "/customers", "card=1", "https://mis.example http://a:81"),
        ("https://mis.example", "/customers", "", "'none'"),
        ("https://mis.example", "/customers", "card=1&card=1", "'none'"),
        ("https://mis.example", "/", "card=1", "'none'"),
        ("https://mis.example", "/customers/x", "card=1", "'none'"),
        ("", "/customers", "card=1", "'none'"),
        (
            "* https://*.example mis.example https://a.example/x https://a;script-src",
            "/customers",
            "card=1",
            "'none'",
        ),
        ("https://mis.example", "/customers", "card=%ff" * 60, "'none'"),
    ],
)
def test_only_the_hosts_of_the_setting_frame_a_card(
    monkeypatch: pytest.MonkeyPatch, setting: str, path: str, query: str, allowed: str
) -> None:
    monkeypatch.setenv("DENGTA_FRAME_ANCESTORS", setting)
    said = dict(framing.headers([p for p in path.split("/") if p], query.encode()))
    assert said[b"content-security-policy"] == f"frame-ancestors {allowed}".encode()
    assert (b"x-frame-options" in said) is (allowed == "'none'")
    status, headers = answered(f"{path}", "", "localhost", "GET")
    assert status == 200 and headers["x-frame-options"] == "DENY", "this helper asks without a query"
