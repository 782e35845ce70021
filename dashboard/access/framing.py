"""Who may show Dengta inside a page of their own: one view of a customer, for hosts that a setting names.

A browser asks the answer of the framed address alone; everything else says that nobody may frame it.
"""

from __future__ import annotations

from urllib.parse import parse_qs

from data.environment import frame_ancestors

CARD = "card"
"""The parameter of the link that asks for the view that may be framed."""
PAGE = "customers"


def headers(parts: list[str], query: bytes) -> list[tuple[bytes, bytes]]:
    """What an answer says of who may frame it: nobody, or for a customer's card the hosts of the setting."""
    hosts = frame_ancestors() if _is_card(parts, query) else ()
    if not hosts:
        return [(b"content-security-policy", b"frame-ancestors 'none'"), (b"x-frame-options", b"DENY")]
    return [(b"content-security-policy", f"frame-ancestors {' '.join(hosts)}".encode("ascii"))]


def _is_card(parts: list[str], query: bytes) -> bool:
    try:
        asked = parse_qs(query.decode("ascii"), max_num_fields=50)
    except (UnicodeDecodeError, ValueError):
        return False
    return parts == [PAGE] and asked.get(CARD) == ["1"]
