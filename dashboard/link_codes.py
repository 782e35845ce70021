"""Numbers of customers and owners in links: opaque codes under the key that lies in the state store."""

from __future__ import annotations

from dashboard.state_store import state
from services.customer_codes import code_of, number_of


def link_key() -> bytes:
    """The key of the codes."""
    return state().secret("customer_links")


def hidden(number: str) -> str:
    """The code of a number as a link holds it."""
    return code_of(link_key(), number)


def revealed(code: str) -> str | None:
    """The number behind a code; None for one that is not ours."""
    return number_of(link_key(), code)
