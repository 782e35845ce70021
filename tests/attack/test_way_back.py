"""Whoever signs in comes to the page of their link, and to no place that somebody else thought of."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from dashboard.access.gate import Gate
from dashboard.access.sockets import Message
from dashboard.access.way_back import COOKIE, LONGEST

LINK = "/data_checks?view=tieout&lang=en"


def answered(path: str, **headers: str) -> dict[str, str]:
    """The headers of an answer that leads to the first page, of an application that knows nothing else."""
    answers: list[Message] = []

    async def leads(scope: Message, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 302, "headers": [(b"location", b"/")]})
        await send({"type": "http.response.body", "body": b""})

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        answers.append(message)

    given = [(k.encode(), v.encode()) for k, v in {"host": "localhost", **headers}.items()]
    scope = {"type": "http", "method": "GET", "path": path, "headers": given, "query_string": b""}
    asyncio.run(Gate(leads)(scope, receive, send))
    return {k.decode(): v.decode() for k, v in answers[0]["headers"]}


def led_to(referer: str) -> str:
    """Where the browser stands after signing in from an address."""
    kept = answered("/auth/login", referer=referer).get("set-cookie", "")
    return answered("/oauth2callback", cookie=kept.partition(";")[0])["location"]


def test_a_link_survives_signing_in() -> None:
    assert led_to(f"http://localhost:8501{LINK}") == LINK
    assert led_to("http://localhost/?asof=2026-11-20") == "/?asof=2026-11-20"
    assert led_to(f"http://localhost/customers?f={'a' * LONGEST}") == "/customers"
    kept = answered("/auth/login", referer=f"http://localhost{LINK}")["set-cookie"]
    assert "HttpOnly" in kept and "SameSite=Lax" in kept
    over = answered("/oauth2callback", cookie=kept.partition(";")[0])["set-cookie"]
    assert over.startswith(f"{COOKIE}=;") and "Max-Age=0" in over
    elsewhere = answered("/recovery", cookie=kept.partition(";")[0])
    assert elsewhere["location"] == "/" and "set-cookie" not in elsewhere


@pytest.mark.parametrize(
    "referer",
    [
        "http://elsewhere.example/recovery",
        "http://localhost//elsewhere.example/recovery",
        "http://localhost/\\elsewhere.example",
        "http://localhost/media/abc.xlsx",
        "http://localhost/auth/logout",
        "http://localhost/recovery/customers",
        "http://[localhost/recovery",
        "",
    ],
)
def test_nothing_but_a_page_of_this_application_is_led_to(referer: str) -> None:
    assert led_to(referer) == "/"


@pytest.mark.parametrize(
    "kept", ["x", "Ly9ldmlsLmV4YW1wbGU=", "aHR0cDovL2V2aWwuZXhhbXBsZS9yZWNvdmVyeQ==", "4pyT"]
)
def test_a_cookie_of_ones_own_making_leads_to_pages_alone(kept: str) -> None:
    led = answered("/oauth2callback", cookie=f"{COOKIE}={kept}")["location"]
    assert led in ("/", "/recovery")


def test_an_address_with_two_slashes_does_not_become_a_server() -> None:
    assert led_to("http://localhost//recovery?x=1") == "/recovery?x=1"
