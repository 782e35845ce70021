"""Somebody with a cookie and a socket: speaks to the server as a browser does."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

from google.protobuf.message import Message
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.web.server.starlette.starlette_app_utils import (
    create_signed_value,
    generate_xsrf_token_string,
)
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME, XSRF_COOKIE_NAME
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

PATIENCE_S = 60


def cookies(base: str, secret: str, claims: Mapping[str, Any], token: str) -> str:
    """What a browser carries that signed in with these claims."""
    said = json.dumps({"origin": base, "is_logged_in": True, "exp": time.time() + 3600, **claims})
    signed = create_signed_value(secret, USER_COOKIE_NAME, said).decode()
    return f"{USER_COOKIE_NAME}={signed}; {XSRF_COOKIE_NAME}={token}"


@dataclass
class Drawn:
    """What a run of a page sent."""

    messages: list[ForwardMsg] = field(default_factory=list)

    def elements(self) -> Iterator[Message]:
        """Every element, whatever it is."""
        for message in self.messages:
            if message.WhichOneof("type") == "delta" and message.delta.WhichOneof("type") == "new_element":
                element = message.delta.new_element
                yield getattr(element, str(element.WhichOneof("type")))

    def named(self, key: str) -> str:
        """The number under which the server knows the control with a key; '' where it was not drawn."""
        ids = [str(getattr(e, "id", "")) for e in self.elements()]
        return next((i for i in reversed(ids) if i.endswith(f"-{key}")), "")

    def buttons(self, label: str) -> list[str]:
        """The numbers of the buttons with a label."""
        return [
            e.id  # type: ignore[attr-defined]
            for e in self.elements()
            if e.DESCRIPTOR.name == "Button" and e.label == label  # type: ignore[attr-defined]
        ]

    def options(self, key: str) -> list[str]:
        """What a box with a key offers."""
        number = self.named(key)
        return [str(o) for e in self.elements() if getattr(e, "id", "") == number for o in e.options]  # type: ignore[attr-defined]

    def files(self) -> list[str]:
        """The numbers under which files wait to be made."""
        offered = [str(getattr(e, "deferred_file_id", "")) for e in self.elements()]
        return [number for number in offered if number]

    def raised(self) -> list[str]:
        """What the application did not foresee."""
        return [str(e) for e in self.elements() if e.DESCRIPTOR.name == "Exception"]

    @property
    def bytes(self) -> bytes:
        """Everything that reached the browser."""
        return b"".join(message.SerializeToString() for message in self.messages)

    @property
    def words(self) -> str:
        """The same as far as it is text."""
        return self.bytes.decode("utf-8", "replace")


class RawClient:
    """A session that is spoken to by hand."""

    def __init__(self, base: str, socket: ClientConnection, carried: str) -> None:
        self.base, self.socket, self.carried = base, socket, carried
        self.session = self.page = self.query = ""

    def open(self, page: str = "", **query: str) -> Drawn:
        """Go to a page."""
        asked = BackMsg()
        asked.rerun_script.page_name = page
        self.query = asked.rerun_script.query_string = urlencode({"lang": "en", **query})
        return self._run(asked)

    def send(self, *states: WidgetState) -> Drawn:
        """Run the page that is open with what its controls are said to hold."""
        asked = BackMsg()
        asked.rerun_script.page_script_hash = self.page
        asked.rerun_script.query_string = self.query
        asked.rerun_script.widget_states.widgets.extend(states)
        return self._run(asked)

    def _run(self, asked: BackMsg) -> Drawn:
        """Everything up to the end of the run, whatever begins anew in between."""
        self.socket.send(asked.SerializeToString())
        drawn, give_up = Drawn(), time.monotonic() + PATIENCE_S
        while True:
            drawn.messages.append(said := self._heard(give_up))
            if said.WhichOneof("type") == "script_finished" and said.script_finished == (
                ForwardMsg.FINISHED_SUCCESSFULLY
            ):
                return drawn

    def _heard(self, give_up: float) -> ForwardMsg:
        said = ForwardMsg()
        said.ParseFromString(self.socket.recv(max(0.1, give_up - time.monotonic()), decode=False))
        if said.WhichOneof("type") == "new_session":
            self.session = said.new_session.initialize.session_id
            self.page = said.new_session.page_script_hash
        return said

    def redeem(self, number: str) -> tuple[str, str]:
        """Where a file that waits was put, and why not."""
        asked = BackMsg()
        asked.backend_operation_request.request_id = number
        asked.backend_operation_request.session_id = self.session
        asked.backend_operation_request.deferred_file.file_id = number
        self.socket.send(asked.SerializeToString())
        give_up = time.monotonic() + PATIENCE_S
        while True:
            said = self._heard(give_up)
            if said.WhichOneof("type") == "backend_operation_response":
                answer = said.backend_operation_response
                return answer.deferred_file.url, answer.error_msg

    def fetch(self, path: str) -> tuple[int, bytes]:
        """What an address answers to who carries this session's cookies."""
        there = http.client.HTTPConnection(urlsplit(self.base).netloc, timeout=PATIENCE_S)
        try:
            there.request("GET", path, headers={"Cookie": self.carried})
            answer = there.getresponse()
            return answer.status, answer.read()
        finally:
            there.close()


@contextmanager
def raw_client(base: str, secret: str, claims: Mapping[str, Any]) -> Iterator[RawClient]:
    """A session of whoever these claims are about."""
    token = generate_xsrf_token_string()
    carried = cookies(base, secret, claims, token)
    with connect(
        f"{base.replace('http', 'ws')}/_stcore/stream",
        subprotocols=[Subprotocol("streamlit"), Subprotocol(token)],
        origin=Origin(base),
        additional_headers={"Cookie": carried},
        max_size=None,
    ) as socket:
        yield RawClient(base, socket, carried)


def text(number: str, value: str) -> WidgetState:
    """A control that is said to hold a text."""
    return WidgetState(id=number, string_value=value)


def days_as_drawn(drawn: Drawn, key: str) -> WidgetState:
    """A box of days that is said to hold what it was drawn with."""
    number = drawn.named(key)
    [element] = [e for e in drawn.elements() if getattr(e, "id", "") == number]
    state = WidgetState(id=number)
    state.string_array_value.data.extend(element.default)  # type: ignore[attr-defined]
    return state


def click(number: str) -> WidgetState:
    """A button that is said to have been clicked."""
    return WidgetState(id=number, trigger_value=True)
