"""Numbers of customers and owners in links: opaque codes under the key that lies in the warehouse."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from data.environment import warehouse_path
from data.warehouse.link_key import key_of
from services.customers.customer_codes import code_of, number_of


def link_key() -> bytes:
    """The key of the codes."""
    return _key(warehouse_path())


def hidden(number: str) -> str:
    """The code of a number as a link holds it."""
    return code_of(link_key(), number)


def revealed(code: str) -> str | None:
    """The number behind a code; None for one that is not ours."""
    return number_of(link_key(), code)


@lru_cache(maxsize=4)
def _key(warehouse: Path) -> bytes:
    return key_of(warehouse)
