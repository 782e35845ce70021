"""Which sign-ins are over: signing out ends one in every tab and every copy of its cookie (decision 0177)."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from data.environment import warehouse_path

FOLDER = "signed_out"
ADDED = frozenset({"origin", "is_logged_in", "tokens"})
"""What Streamlit adds to the words of the provider, not everywhere the same."""
_over: dict[str, float] = {}
_log = logging.getLogger(__name__)


def mark(claims: Mapping[str, Any]) -> str:
    """What tells a sign-in from any other: a hash of all that the provider said at it."""
    said = {key: value for key, value in claims.items() if key not in ADDED}
    return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()


def end(claims: Mapping[str, Any]) -> None:
    """End a sign-in for good: an empty file by its mark outlives this process until it would have expired."""
    expires = claims.get("exp")
    if not isinstance(expires, (int, float)):
        return
    for name in [name for name, until in list(_over.items()) if until < time.time()]:
        _over.pop(name, None)
    _over[name := mark(claims)] = expires
    try:
        _keep(name, expires)
    except (OSError, OverflowError, ValueError) as e:  # a day that no file can bear, too
        _log.warning("a sign-out is kept by this process alone: %s", e)


def is_over(claims: Mapping[str, Any]) -> bool:
    """Whether somebody has signed out of this sign-in, here or at another process of the same warehouse."""
    return (name := mark(claims)) in _over or (_folder() / name).exists()


def are_kept() -> bool:
    """Whether sign-outs outlive this process, as far as one sees; where no warehouse is yet, one will be."""
    folder = _folder()
    place = folder if os.path.lexists(folder) else folder.parent
    return not place.exists() or (place.is_dir() and os.access(place, os.W_OK | os.X_OK))


def _folder() -> Path:
    return warehouse_path() / FOLDER


def _keep(name: str, expires: float) -> None:
    folder = _folder()
    folder.mkdir(mode=0o700, exist_ok=True)
    for old in folder.iterdir():
        if old.stat().st_mtime < time.time():
            old.unlink(missing_ok=True)
    file = folder / name
    file.touch(mode=0o600)
    os.utime(file, (expires, expires))
