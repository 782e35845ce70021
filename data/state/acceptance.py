"""Going on after damage that no backup mends: somebody answers for what is left; the chain begins anew."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from sqlalchemy import URL, Connection
from sqlalchemy.exc import DBAPIError

from data.errors import EnvironmentRefusedError, InputError
from data.state import State, chain
from data.state.damage import DAMAGES, is_sound
from data.state.engine import address, connected, file_of, make_tables, now, required
from data.state.memory import Memory


def accept(warehouse: Path, who: str, why: str) -> Path | None:
    """Take a damaged store as it is, with who answers for it and why as its next entry.

    A file that cannot be read whole is put aside and a new store begun; its new place is given then.
    InputError `state_not_damaged` where nothing is damaged.
    """
    reason = required(why)
    try:
        State.existing(warehouse)
    except EnvironmentRefusedError as e:
        if e.key not in DAMAGES:
            raise
    else:
        raise InputError("state_not_damaged")
    url, memory = address(warehouse)
    path = file_of(url)
    if _began_anew(url, memory, who, reason):
        return None
    if path is None:
        raise EnvironmentRefusedError("state_unreadable", store=memory.name)
    aside = _put_aside(path, now())
    if not _began_anew(url, memory, who, reason):
        raise EnvironmentRefusedError("state_unreadable", store=str(path))
    return aside


def _began_anew(url: URL, memory: Memory, who: str, why: str) -> bool:
    """Whether all that is there could be read and was taken into a new beginning of the chain."""
    engine = connected(url)
    try:
        with engine.execution_options(write=True).begin() as c:
            make_tables(c)
            if c.dialect.name == "sqlite":
                _without_triggers(c)
                c.exec_driver_sql("reindex")
                if not is_sound(c):
                    raise ValueError(url)
            link = chain.accept(c, who, why, now(), memory.last().number)
    except (DBAPIError, ValueError, TypeError):
        return False
    finally:
        engine.dispose()
    memory.replace(link)
    return True


def _without_triggers(c: Connection) -> None:
    quoted = c.dialect.identifier_preparer.quote
    for name in c.exec_driver_sql("select name from sqlite_master where type = 'trigger'").scalars().all():
        c.exec_driver_sql(f"drop trigger {quoted(name)}")


def _put_aside(path: Path, at: datetime) -> Path:
    """Rename the file and what SQLite keeps beside it, which belongs to it."""
    aside = path.with_name(f"{path.name}.damaged-{at:%Y%m%dT%H%M%S}")
    for ending in ("-journal", "-wal", "-shm", ""):
        if (beside := path.with_name(path.name + ending)).exists():
            beside.replace(aside.with_name(aside.name + ending))
    return aside
