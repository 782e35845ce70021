"""The state store's connection: by SQLAlchemy, SQLite by default, another database by URL.

Every write is one transaction: a kill leaves all of it or nothing, and writers wait for each other.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from sqlalchemy import URL, Connection, Engine, create_engine, event, func, insert, make_url, select
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, NoSuchModuleError, OperationalError

from data.errors import BusyError, EnvironmentRefusedError, InputError
from data.state import tables

_NEWEST = select(
    *(func.coalesce(select(func.max(t.c.id)).scalar_subquery(), 0) for t in tables.DECISIONS),
)
"""The newest number of each table of decisions, in one statement: every download's name asks for it."""

WAIT_SECONDS = 30


class StateEngine:
    """The open store; made and brought up to date when opened."""

    def __init__(self, url: str | URL) -> None:
        self.engine = _engine(url)
        with _refusals():
            _prepare(self.engine)

    @classmethod
    def open(cls, warehouse: Path) -> Self:
        """The store at `DENGTA_STATE`, else `state.db` in the warehouse folder."""
        url = os.environ.get("DENGTA_STATE")
        if not url:
            try:
                warehouse.mkdir(parents=True, exist_ok=True)
            except OSError as e:
                raise EnvironmentRefusedError("state_not_writable", detail=str(e.strerror or e)) from e
            return cls(URL.create("sqlite", database=str(warehouse / "state.db")))
        return cls(url)

    @classmethod
    def existing(cls, warehouse: Path) -> Self | None:
        """The store where there is one; None where nobody has decided anything yet. Makes no file."""
        return cls.open(warehouse) if cls.exists(warehouse) else None

    @staticmethod
    def exists(warehouse: Path) -> bool:
        """Whether there is a store already; one on a database server is taken to be there."""
        url = os.environ.get("DENGTA_STATE")
        name = url.partition("///")[2].partition("?")[0] if url else ""
        if url and not (url.startswith("sqlite") and name):
            return True
        path = Path(name) if url else warehouse / "state.db"
        try:
            return path.exists()
        except PermissionError as e:
            raise EnvironmentRefusedError("no_permission", path=str(path)) from e

    @property
    def name(self) -> str:
        """What tells this store from another in cache keys; holds no password."""
        return self.engine.url.render_as_string(hide_password=True)

    def version(self) -> int:
        """A number that grows with every decision about figures; looks, views and services do not count."""
        with self._read() as c:
            return sum(c.execute(_NEWEST).one())

    def secret(self, name: str) -> bytes:
        """A key of 32 random bytes, made once and kept."""
        with self._read() as c:
            kept = c.scalar(select(tables.secret.c.value).where(tables.secret.c.name == name))
        if kept is None:
            try:
                with self._write() as c:
                    c.execute(insert(tables.secret).values(name=name, value=secrets.token_bytes(32)))
            except IntegrityError:
                pass  # somebody else made it first: theirs is the one
            return self.secret(name)
        return bytes(kept)

    def close(self) -> None:
        """Let go of the connections."""
        self.engine.dispose()

    @contextmanager
    def _read(self) -> Iterator[Connection]:
        with _refusals(), self.engine.connect() as c:
            yield c

    @contextmanager
    def _write(self) -> Iterator[Connection]:
        with _refusals(), self.engine.execution_options(write=True).begin() as c:
            yield c


def required(text: str, key: str = "state_reason_missing") -> str:
    """The text without blanks around it; refused with the sentence `key` where there is none."""
    if not text.strip():
        raise InputError(key)
    return text.strip()


def now() -> datetime:
    """When a record is written down: UTC, without a zone."""
    return datetime.now(UTC).replace(tzinfo=None)


def _engine(url: str | URL) -> Engine:
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() != "sqlite":
            engine = create_engine(parsed, pool_pre_ping=True)
            if parsed.get_backend_name() == "postgresql":
                event.listen(engine, "begin", _postgresql_begin)
            return engine
        engine = create_engine(parsed, connect_args={"timeout": WAIT_SECONDS})
    except (ArgumentError, NoSuchModuleError, ImportError) as e:
        raise InputError("state_url_unusable", detail=type(e).__name__) from e
    event.listen(engine, "connect", _sqlite_settings)
    event.listen(engine, "begin", _sqlite_begin)
    return engine


def _sqlite_settings(connection: object, _: object) -> None:
    connection.isolation_level = None  # type: ignore[attr-defined]  # SQLAlchemy begins, not the driver
    connection.execute("pragma foreign_keys = on")  # type: ignore[attr-defined]
    connection.execute("pragma synchronous = full")  # type: ignore[attr-defined]


def _sqlite_begin(connection: Connection) -> None:
    """A writer takes its place at the start: a transaction that reads first could not wait for it later."""
    write = connection.get_execution_options().get("write", False)
    connection.exec_driver_sql("begin immediate" if write else "begin")


def _postgresql_begin(connection: Connection) -> None:
    """A writer takes its place at the start here too: what it reads before it writes must still be so."""
    if connection.get_execution_options().get("write", False):
        connection.exec_driver_sql(f"set local lock_timeout = '{WAIT_SECONDS}s'")
        connection.exec_driver_sql("select pg_advisory_xact_lock(3340100)")


def _prepare(engine: Engine) -> None:
    """Add the tables that are not there yet and note the schema that the store now has."""
    with engine.execution_options(write=True).begin() as c:
        tables.metadata.create_all(c)
        found = c.scalar(select(func.max(tables.schema.c.version)))
        if found is None or found < tables.SCHEMA_VERSION:
            c.execute(insert(tables.schema).values(version=tables.SCHEMA_VERSION))
        elif found > tables.SCHEMA_VERSION:
            raise InputError("state_newer", found=found, known=tables.SCHEMA_VERSION)


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except IntegrityError:
        raise
    except OperationalError as e:
        text = str(e.orig)
        if "locked" in text or "busy" in text or "lock timeout" in text:
            raise BusyError("state_busy") from e
        raise EnvironmentRefusedError("state_not_writable", detail=text.splitlines()[0]) from e
    except DBAPIError as e:
        raise EnvironmentRefusedError("state_not_writable", detail=str(e.orig).splitlines()[0]) from e
