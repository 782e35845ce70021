"""Customer numbers in links: an opaque, keyed code that can be read back, and only by who holds the key.

The code is the first half of an HMAC of the number, followed by the number under a key stream made from
that half (a synthetic initialisation vector): equal numbers give equal codes, and a code that was tampered
with is refused.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac

TAG = 12
BLOCK = 16
MOST = 240


def code_of(key: bytes, cons_no: str) -> str:
    """The code of a customer number: letters, digits, `-` and `_`."""
    text = cons_no.encode()
    padded = bytes([len(text)]) + text
    padded += bytes(-len(padded) % BLOCK)
    tag = _tag(key, padded)
    return base64.urlsafe_b64encode(tag + _masked(key, tag, padded)).decode().rstrip("=")


def number_of(key: bytes, code: str) -> str | None:
    """The customer number of a code; None for anything that this key did not make."""
    if not code.isascii() or not 0 < len(code) <= 2 * MOST:
        return None
    try:
        raw = base64.b64decode(code + "=" * (-len(code) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    tag, hidden = raw[:TAG], raw[TAG:]
    if not hidden or len(hidden) % BLOCK:
        return None
    padded = _masked(key, tag, hidden)
    if not hmac.compare_digest(tag, _tag(key, padded)) or code_like(raw) != code:
        return None
    return padded[1 : 1 + padded[0]].decode(errors="replace")


def code_like(raw: bytes) -> str:
    """The one spelling of a code's bytes."""
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _tag(key: bytes, padded: bytes) -> bytes:
    return hmac.new(key, b"number" + padded, hashlib.sha256).digest()[:TAG]


def _masked(key: bytes, tag: bytes, text: bytes) -> bytes:
    blocks = range(-(-len(text) // 32))
    stream = b"".join(hmac.new(key, b"stream" + tag + bytes([n]), hashlib.sha256).digest() for n in blocks)
    return bytes(a ^ b for a, b in zip(text, stream, strict=False))
