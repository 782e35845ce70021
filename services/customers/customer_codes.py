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
MOST = 1 << 16
"""Characters of a code: as long as an address can be."""


def code_of(key: bytes, cons_no: str) -> str:
    """The code of a customer number: letters, digits, `-` and `_`."""
    text = cons_no.encode()
    padded = _length(len(text)) + text
    padded += bytes(-len(padded) % BLOCK)
    tag = _tag(key, padded)
    return base64.urlsafe_b64encode(tag + _masked(key, tag, padded)).decode().rstrip("=")


def number_of(key: bytes, code: str) -> str | None:
    """The customer number of a code; None for anything that this key did not make."""
    if not code.isascii() or not 0 < len(code) <= MOST:
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
    begin, end = (1, padded[0]) if padded[0] or not any(padded[1:5]) else (5, int.from_bytes(padded[1:5]))
    return padded[begin : begin + end].decode(errors="replace")


def _length(length: int) -> bytes:
    """One byte, as in every link that was ever made; more than it can hold: a nought and four bytes."""
    return bytes([length]) if length < 256 else b"\0" + length.to_bytes(4)


def code_like(raw: bytes) -> str:
    """The one spelling of a code's bytes."""
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _tag(key: bytes, padded: bytes) -> bytes:
    return hmac.new(key, b"number" + padded, hashlib.sha256).digest()[:TAG]


def _masked(key: bytes, tag: bytes, text: bytes) -> bytes:
    blocks = (bytes([n]) if n < 256 else n.to_bytes(4) for n in range(-(-len(text) // 32)))
    stream = b"".join(hmac.new(key, b"stream" + tag + n, hashlib.sha256).digest() for n in blocks)
    return bytes(a ^ b for a, b in zip(text, stream, strict=False))
