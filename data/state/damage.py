"""What a failing or damaged store is called: one refusal each, never the database's own exception."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, IntegrityError

from data.errors import BusyError, EnvironmentRefusedError
from data.state.chain import BrokenChainError, Link, ShortChainError

DAMAGES = ("state_damaged", "state_unreadable", "state_missing", "state_rolled_back")
"""The refusals after which a store has to be restored, or accepted as it is."""
BUSY = ("locked", "busy", "lock timeout", "lock not available")
BROKEN = ("malformed", "not a database", "no such", "could not decode", "does not exist")


def is_sound(c: Connection) -> bool:
    """Whether SQLite finds its own file whole, indexes too; a database server looks after that itself.

    What would change what is written or stand in a table's place has no business in it.
    """
    if c.dialect.name != "sqlite":
        return True
    if c.exec_driver_sql("select 1 from sqlite_master where type in ('trigger', 'view')").first():
        return False
    return c.exec_driver_sql("pragma integrity_check(1)").scalar() == "ok"


@contextmanager
def damaged(store: str, known: Link) -> Iterator[None]:
    """A chain that does not fit, or ends before the link that is `known`, as a refusal."""
    try:
        yield
    except ShortChainError as e:
        numbers = {"store": store, "found": e.number, "known": known.number}
        raise EnvironmentRefusedError("state_rolled_back" if e.number else "state_missing", **numbers) from e
    except BrokenChainError as e:
        if not e.number:
            raise EnvironmentRefusedError("state_unreadable", store=store) from e
        raise EnvironmentRefusedError("state_damaged", store=store, number=e.number) from e


@contextmanager
def refusals(store: str) -> Iterator[None]:
    """The database's exceptions as refusals."""
    try:
        yield
    except IntegrityError:
        raise
    except DBAPIError as e:
        text = str(e.orig)
        if any(word in text.lower() for word in BUSY):
            raise BusyError("state_busy") from e
        if any(word in text.lower() for word in BROKEN):
            raise EnvironmentRefusedError("state_unreadable", store=store) from e
        raise EnvironmentRefusedError("state_not_writable", detail=text.splitlines()[0]) from e


@contextmanager
def reading(store: str) -> Iterator[None]:
    """The same for what only reads: a value that is none of its column's kind is damage too."""
    with refusals(store):
        try:
            yield
        except (ValueError, TypeError, OverflowError) as e:
            raise EnvironmentRefusedError("state_unreadable", store=store) from e
