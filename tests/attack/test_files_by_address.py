"""A file's number, its address and a session's number, in the hands of another reader or after signing out.

No browser: raw sockets and requests of readers who hold good cookies.
"""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.web.server.starlette.starlette_app_utils import (
    create_signed_value,
    generate_xsrf_token_string,
)
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME, XSRF_COOKIE_NAME
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from dashboard.words.i18n import Translator
from tests.attack.served import NUMBERED, Served
from tests.signing_in import ISSUER, SECRET

EN = Translator("en")
CSV = EN("downloads.csv")
LI, BOSS = NUMBERED


@pytest.fixture
def server(served: Served) -> str:
    """The address of the server that asks who is there."""
    return served.base


@dataclass
class Reader:
    """Somebody with a good sign-in and no browser."""

    server: str
    subject: str
    xsrf: str = field(default_factory=generate_xsrf_token_string)
    nonce: str = field(default_factory=lambda: str(time.time_ns()))
    until: float = field(default_factory=lambda: time.time() + 3600)

    @property
    def cookie(self) -> str:
        said = {"iss": ISSUER, "sub": self.subject, "nonce": self.nonce, "exp": self.until}
        claims = {**said, "origin": self.server, "is_logged_in": True, "provider": "default"}
        value = create_signed_value(SECRET, USER_COOKIE_NAME, json.dumps(claims)).decode()
        return f"{USER_COOKIE_NAME}={value}; {XSRF_COOKIE_NAME}={self.xsrf}"

    def ask(self, path: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
        """An answer over HTTP with this reader's cookie."""
        line = http.client.HTTPConnection(urlsplit(self.server).netloc, timeout=60)
        body = b"x" * 100 if method == "PUT" else None
        line.request(method, path, body, {"Cookie": self.cookie, **headers})
        answer = line.getresponse()
        said = answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read()
        line.close()
        return said

    @contextmanager
    def tab(self, back_in: str | None = None) -> Iterator[Tab]:
        """An open socket that has drawn the first page, or that comes back into a session."""
        with connect(
            f"{self.server.replace('http', 'ws')}/_stcore/stream",
            subprotocols=[Subprotocol(one) for one in ("streamlit", self.xsrf, back_in) if one],
            additional_headers={"Cookie": self.cookie},
            origin=Origin(self.server),
            max_size=None,
        ) as line:
            yield Tab(line, back_in) if back_in else Tab(line).draw()


@dataclass
class Tab:
    """A socket, what it was offered and what was said on it."""

    line: ClientConnection
    session: str = ""
    offered: dict[str, str] = field(default_factory=dict)
    words: str = ""

    def draw(self) -> Tab:
        """Run the page to its end."""
        run = BackMsg()
        run.rerun_script.query_string = "lang=en"
        self.line.send(run.SerializeToString())
        self.offered, self.words = {}, ""
        while (said := self._heard()).WhichOneof("type") != "script_finished":
            if said.HasField("new_session"):
                self.session = said.new_session.initialize.session_id
            element = said.delta.new_element
            if element.HasField("download_button"):
                self.offered[element.download_button.label] = element.download_button.deferred_file_id
            self.words += str(element)
        return self

    def redeem(self, file: str) -> str:
        """The address of a file by its number, or what is said instead."""
        wish = BackMsg()
        wish.backend_operation_request.request_id = "1"
        wish.backend_operation_request.session_id = self.session
        wish.backend_operation_request.deferred_file.file_id = file
        self.line.send(wish.SerializeToString())
        while not (said := self._heard()).HasField("backend_operation_response"):
            pass
        return said.backend_operation_response.deferred_file.url

    def sent_home(self) -> bool:
        """Whether the tab is told to load the application anew."""
        while not (said := self._heard()).HasField("auth_redirect"):
            pass
        return said.auth_redirect.url == "/"

    def _heard(self) -> ForwardMsg:
        said = ForwardMsg()
        said.ParseFromString(self.line.recv(60, decode=False))
        return said


def test_a_number_is_redeemed_by_the_session_it_was_offered_to_alone(server: str) -> None:
    li, boss = Reader(server, LI), Reader(server, BOSS)
    with boss.tab() as own, boss.tab() as beside, li.tab() as other:
        number = own.offered[CSV]
        assert other.redeem(number) == "" and beside.redeem(number) == ""
        path = own.redeem(number)
        assert path.startswith("/media/")
        for asking in (li, Reader(server, BOSS)):
            assert asking.ask(path)[0] == 403
        assert boss.ask(path, Cookie="")[0] == 403
        assert boss.ask(path, Host="elsewhere.example")[0] == 403
        status, headers, content = boss.ask(path)
        assert status == 200 and headers["cache-control"] == "no-store" and len(content) > 100
        upload, token = f"/_stcore/upload_file/{own.session}/a", {"X-Xsrftoken": boss.xsrf}
        assert li.ask(upload, "PUT", **{"X-Xsrftoken": li.xsrf})[0] == 403
        assert li.ask(upload, "DELETE", **{"X-Xsrftoken": li.xsrf})[0] == 403
        assert boss.ask(upload, "DELETE", **token)[0] == 204
        session = own.session
    for asking_in in (li, Reader(server, BOSS)):
        with asking_in.tab(back_in=session) as taken:
            assert taken.draw().session != session, "the session of another was taken over by its number"
    with boss.tab(back_in=session) as own:
        assert own.redeem(number) == path, "who comes back after a broken line goes on"


def test_signing_out_ends_every_tab_and_every_copy_of_the_cookie(server: str) -> None:
    boss, again = Reader(server, BOSS), Reader(server, BOSS)
    with boss.tab() as first, boss.tab() as second, again.tab() as kept:
        path = second.redeem(second.offered[CSV])
        assert boss.ask("/auth/logout")[0] == 302
        for tab in (first, second):
            assert tab.sent_home()
            with pytest.raises(ConnectionClosed):
                tab.draw()
        assert boss.ask(path)[0] == 403 and boss.ask("/_stcore/metrics")[0] == 403
        assert kept.draw().offered, "another sign-in of the same person goes on"
    with boss.tab() as copied:
        assert EN("errors.sign_in_over") in copied.words and not copied.offered


def test_a_foreign_name_is_answered_nowhere_and_cookies_keep_to_tls(server: str) -> None:
    boss = Reader(server, BOSS)
    for path in ("/", "/customers", "/_stcore/health", "/_stcore/host-config", "/auth/login", "/app/x.js"):
        assert boss.ask(path, Host="elsewhere.example")[0] == 403
    assert "secure" not in boss.ask("/_stcore/health")[1]["set-cookie"].lower()
    behind = boss.ask("/_stcore/health", **{"X-Forwarded-Proto": "https"})
    assert behind[1]["set-cookie"].endswith("; Secure")
