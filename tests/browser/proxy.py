"""A small reverse proxy that adds headers to pages and lets everything else through as it is."""

from __future__ import annotations

import asyncio
import threading
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

from tests.browser.server import free_port

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@contextmanager
def proxied(base: str, headers: Mapping[str, str]) -> Iterator[str]:
    """Stand before a server until the block ends; gives the proxy's address."""
    port, loop = free_port(), asyncio.new_event_loop()

    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            await _answer(base, headers, (reader, writer))
        writer.close()

    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    started = asyncio.start_server(client, "127.0.0.1", port)
    server = asyncio.run_coroutine_threadsafe(started, loop).result(10)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        loop.call_soon_threadsafe(server.close)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)


async def _answer(base: str, headers: Mapping[str, str], streams: Streams) -> None:
    reader, writer = streams
    head = await reader.readuntil(b"\r\n\r\n")
    path = head.split(b" ", 2)[1].decode("ascii")
    if b"sec-fetch-dest: document" in head.lower():
        kind, body = await asyncio.to_thread(_page, base + path)
        own = {"Content-Type": kind, "Content-Length": str(len(body)), "Connection": "close", **headers}
        lines = "".join(f"{name}: {value}\r\n" for name, value in own.items())
        writer.write(f"HTTP/1.1 200 OK\r\n{lines}\r\n".encode() + body)
        await writer.drain()
        return
    upstream = await asyncio.open_connection("127.0.0.1", urlsplit(base).port)
    upstream[1].write(head)
    await asyncio.gather(_through(reader, upstream[1]), _through(upstream[0], writer))


def _page(address: str) -> tuple[str, bytes]:
    with urllib.request.urlopen(address, timeout=30) as answer:  # noqa: S310
        return str(answer.headers["Content-Type"]), bytes(answer.read())


async def _through(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while piece := await reader.read(65_536):
            writer.write(piece)
            await writer.drain()
    with suppress(ConnectionError, OSError):
        writer.close()
