"""The key under which numbers of customers stand in links: a file of its own, apart from what was decided."""

from __future__ import annotations

import logging
import os
import secrets
from pathlib import Path

from sqlalchemy import delete, select

from data.errors import EnvironmentRefusedError
from data.kept.durable import flush_folder
from data.state import State, tables
from data.state.damage import reading, refusals

FILE, FORMER = "key", "customer_links"
LENGTH = 32
_log = logging.getLogger(__name__)


def key_of(warehouse: Path) -> bytes:
    """The warehouse's key, made once and kept; on a disk that is read-only, one for this process alone.

    EnvironmentRefusedError `link_key_damaged` for a file that is none of ours.
    """
    path = warehouse / FILE
    try:
        return _read(path)
    except FileNotFoundError:
        former = _former(warehouse)
    try:
        _write_once(path, former or secrets.token_bytes(LENGTH))
    except OSError as e:
        _log.warning("the key of links cannot be kept: %s", e)
        return former or secrets.token_bytes(LENGTH)
    if former:
        _forget(warehouse)
    return _read(path)


def _read(path: Path) -> bytes:
    try:
        key = bytes.fromhex(path.read_text(encoding="ascii"))
    except FileNotFoundError:
        raise
    except (OSError, ValueError) as e:
        raise EnvironmentRefusedError("link_key_damaged", path=str(path)) from e
    if len(key) != LENGTH:
        raise EnvironmentRefusedError("link_key_damaged", path=str(path))
    return key


def _write_once(path: Path, key: bytes) -> None:
    """Whole or not at all, readable by its owner alone; where somebody was first, theirs stays."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{FILE}.{secrets.token_hex(4)}.draft")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as f:
            f.write(key.hex())
            f.flush()
            os.fsync(f.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            return
    finally:
        draft.unlink(missing_ok=True)
    flush_folder(path.parent)


def _former(warehouse: Path) -> bytes | None:
    """The key that an older program kept in the state store."""
    store = State.existing(warehouse)
    if store is None:
        return None
    with reading(store.called), store.engine.connect() as c:
        kept = c.scalar(select(tables.secret.c.value).where(tables.secret.c.name == FORMER))
    store.close()
    return bytes(kept) if kept is not None and len(kept) == LENGTH else None


def _forget(warehouse: Path) -> None:
    store = State.open(warehouse)
    with refusals(store.called), store.engine.execution_options(write=True).begin() as c:
        if c.dialect.name == "sqlite":
            c.exec_driver_sql("pragma secure_delete = on")
        c.execute(delete(tables.secret).where(tables.secret.c.name == FORMER))
    store.close()
