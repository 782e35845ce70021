"""Customer numbers in links: an opaque, keyed code that can be read back, and only by who holds the key.

AES-SIV (RFC 5297) of the padded number: equal numbers give equal codes, and a code that was tampered with is
refused. Links that an earlier version made are read for as long as somebody keeps one (decision 0216).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

TAG, FORMER_TAG = 16, 12
BLOCK = 16
MOST = 1 << 16
"""Characters of a code: as long as an address can be."""


def code_of(key: bytes, cons_no: str) -> str:
    """The code of a customer number: letters, digits, `-` and `_`."""
    text = cons_no.encode()
    padded = _length(len(text)) + text
    padded += bytes(-len(padded) % BLOCK)
    return code_like(_cipher(key).encrypt(padded, None))


def number_of(key: bytes, code: str) -> str | None:
    """The customer number of a code; None for anything that this key did not make."""
    if not code.isascii() or not 0 < len(code) <= MOST:
        return None
    try:
        raw = base64.b64decode(code + "=" * (-len(code) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    padded = _opened(key, raw) if len(raw) % BLOCK == TAG % BLOCK else _opened_as_before(key, raw)
    if not padded or code_like(raw) != code:
        return None
    begin, end = (1, padded[0]) if padded[0] or not any(padded[1:5]) else (5, int.from_bytes(padded[1:5]))
    return padded[begin : begin + end].decode(errors="replace")


def _length(length: int) -> bytes:
    """One byte, as in every link that was ever made; more than it can hold: a nought and four bytes."""
    return bytes([length]) if length < 256 else b"\0" + length.to_bytes(4)


def code_like(raw: bytes) -> str:
    """The one spelling of a code's bytes."""
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _cipher(key: bytes) -> AESSIV:
    """Under a key of its own: the warehouse's also opens what was made before."""
    return AESSIV(hmac.digest(key, b"aes-siv", hashlib.sha512))


def _opened(key: bytes, raw: bytes) -> bytes | None:
    if len(raw) <= TAG:
        return None
    try:
        return _cipher(key).decrypt(raw, None)
    except InvalidTag:
        return None


def _opened_as_before(key: bytes, raw: bytes) -> bytes | None:
    """Half an HMAC of the padded number, and the number under a key stream made of that half."""
    tag, hidden = raw[:FORMER_TAG], raw[FORMER_TAG:]
    if not hidden or len(hidden) % BLOCK:
        return None
    blocks = (bytes([n]) if n < 256 else n.to_bytes(4) for n in range(-(-len(hidden) // 32)))
    stream = b"".join(hmac.digest(key, b"stream" + tag + n, hashlib.sha256) for n in blocks)
    padded = bytes(a ^ b for a, b in zip(hidden, stream, strict=False))
    made = hmac.digest(key, b"number" + padded, hashlib.sha256)[:FORMER_TAG]
    return padded if hmac.compare_digest(tag, made) else None
