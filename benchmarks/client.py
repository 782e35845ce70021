"""A reader without a browser: speaks Streamlit's own protocol, so that many can be had on a small machine."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection


@dataclass
class Reader:
    """One session. `rerun` asks for the page with a link's parameters and waits for the script's end."""

    socket: ClientConnection
    page: str

    async def rerun(self, query: str = "", patience_s: float = 120) -> tuple[float, list[ForwardMsg]]:
        """Seconds from the question to the end of the script, and all that the server sent."""
        message = BackMsg()
        message.rerun_script.query_string = query
        message.rerun_script.page_name = self.page
        message.rerun_script.context_info.timezone = "Asia/Shanghai"
        message.rerun_script.context_info.locale = "zh-CN"
        started = time.perf_counter()
        await self.socket.send(message.SerializeToString())
        got: list[ForwardMsg] = []
        async with asyncio.timeout(patience_s):
            while True:
                raw = await self.socket.recv()
                answer = ForwardMsg()
                answer.ParseFromString(raw if isinstance(raw, bytes) else raw.encode())
                got.append(answer)
                if answer.WhichOneof("type") == "script_finished":
                    return time.perf_counter() - started, got


@asynccontextmanager
async def reader(base: str, page: str = "") -> AsyncIterator[Reader]:
    """Connect as one more session to the server at `base` (http://host:port) on a page ("" is the entry)."""
    address = base.replace("http://", "ws://") + "/_stcore/stream"
    async with websockets.connect(
        address,
        subprotocols=["streamlit"],
        max_size=None,
        origin=base,
        open_timeout=60,  # type: ignore[arg-type]
    ) as socket:
        yield Reader(socket, page)


def faults(messages: list[ForwardMsg]) -> list[str]:
    """Exceptions and error boxes among the messages."""
    found = []
    for message in messages:
        element = message.delta.new_element if message.HasField("delta") else None
        if element is None:
            continue
        if element.WhichOneof("type") == "exception":
            found.append(element.exception.message or element.exception.type)
        if element.WhichOneof("type") == "alert" and element.alert.format == element.alert.ERROR:
            found.append(element.alert.body)
    return found


def alone(work):  # type: ignore[no-untyped-def]
    """Run a coroutine in a thread of its own: Playwright's loop runs in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()
