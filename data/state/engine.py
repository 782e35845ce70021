"""The state store's connection: by SQLAlchemy, SQLite by default, another database by URL.

Every write is one transaction: a kill leaves all of it or nothing, and writers wait for each other. Opening
reads alone, unless the store is new or of an older program; what it reads is verified first.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from sqlalchemy import URL, Connection, Engine, create_engine, event, func, insert, inspect, make_url, select
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from data.errors import EnvironmentRefusedError, InputError
from data.state import bounds, chain, tables
from data.state.damage import damaged, is_sound, reading, refusals
from data.state.memory import FILE, Memory

_NEWEST = select(
    *(func.coalesce(select(func.max(t.c.id)).scalar_subquery(), 0) for t in tables.DECISIONS),
)
"""The newest number of each table of decisions, in one statement: every download's name asks for it."""

WAIT_SECONDS = 5
"""How long a writer waits for another one: a write takes milliseconds, and a page waits with it."""

Stamp = tuple[int, int, int] | None
_log = logging.getLogger(__name__)


class StateEngine:
    """The open store; made and brought up to date when opened, and verified whole.

    EnvironmentRefusedError `state_damaged`, `state_missing` or `state_rolled_back` where it is not what was
    decided, by itself or by what the warehouse remembers.
    """

    def __init__(self, url: str | URL, memory: Memory | None = None) -> None:
        self.engine = connected(url)
        self._memory = memory
        self._known = chain.START
        self._seen: Stamp = None
        self._prepare()
        self._check(whole=True)

    @classmethod
    def open(cls, warehouse: Path) -> Self:
        """The store at `DENGTA_STATE`, else `state.db` in the warehouse folder."""
        url, memory = address(warehouse)
        cls.exists(warehouse)  # one that is gone is not begun again
        if not os.environ.get("DENGTA_STATE"):
            try:
                warehouse.mkdir(parents=True, exist_ok=True)
            except OSError as e:
                raise EnvironmentRefusedError("state_not_writable", detail=str(e.strerror or e)) from e
        return cls(url, memory)

    @classmethod
    def existing(cls, warehouse: Path) -> Self | None:
        """The store where there is one; None where nobody has decided anything yet. Makes no file."""
        return cls.open(warehouse) if cls.exists(warehouse) else None

    @staticmethod
    def exists(warehouse: Path) -> bool:
        """Whether there is a store already; one on a database server is taken to be there.

        EnvironmentRefusedError `state_missing` where there was one and is none.
        """
        url, memory = address(warehouse)
        path = file_of(url)
        if path is None:
            return True
        try:
            there = path.exists()
        except PermissionError as e:
            raise EnvironmentRefusedError("no_permission", path=str(path)) from e
        if not there and (last := memory.last()).number:
            raise EnvironmentRefusedError("state_missing", store=str(path), known=last.number)
        return there

    @property
    def name(self) -> str:
        """What tells this store from another in cache keys; holds no password."""
        return self.engine.url.render_as_string(hide_password=True)

    @property
    def called(self) -> str:
        """What a reader is told of where it lies: the file, or the database without its server."""
        url = self.engine.url
        return str(url.database) if is_sqlite(url) else f"{url.get_backend_name()}:{url.database}"

    @property
    def reached(self) -> chain.Link:
        """The newest link of the chain that is known to fit: how many writes there were."""
        return self._known

    def version(self) -> int:
        """A number that grows with every decision about figures; looks, views and services do not count."""
        with self._read() as c:
            return sum(c.execute(_NEWEST).one())

    def acceptance(self) -> tuple[datetime, str, str] | None:
        """When, by whom and why a damaged store was last accepted as it was; None where it never was."""
        with self._read() as c:
            return chain.acceptance(c)

    def taken_over(self) -> tuple[int, datetime] | None:
        """The schema of a store that is older than the chain, and when the chain was begun over it."""
        version = tables.schema.c.version
        with self._read() as c:
            before = c.scalar(select(func.max(version)).where(version < tables.CHAINED_SINCE))
            begun = c.scalar(select(tables.chain.c.at).order_by(tables.chain.c.number).limit(1))
        return (before, begun) if before is not None and begun is not None else None

    def refresh(self) -> None:
        """Verify the store where another program wrote to it, or of a database server what came since.

        Refused like opening it.
        """
        stamp = self._stamp()
        if stamp is None or stamp != self._seen:
            self._check(whole=stamp is not None)

    def close(self) -> None:
        """Let go of the connections."""
        self.engine.dispose()

    @contextmanager
    def _read(self) -> Iterator[Connection]:
        with reading(self.called), self.engine.connect() as c:
            yield c

    @contextmanager
    def _write(self) -> Iterator[Connection]:
        with refusals(self.called), self.engine.execution_options(write=True).begin() as c:
            yield c
            with damaged(self.called, self._known):
                sealed = chain.seal(c, self._known, now())
        self._seen = self._stamp()
        self._learn(sealed)

    def _check(self, whole: bool) -> None:
        stamp = self._stamp()
        last = self._memory.last() if self._memory else chain.START
        known = max(self._known, last, key=lambda link: link.number)
        with damaged(self.called, known), reading(self.called), self._at_one_time() as c:
            if whole and not is_sound(c):
                raise chain.BrokenChainError(0)
            if not whole and known == self._known and not chain.grew(c, known):
                return
            chain.contains(c, known, chain.head(c))
            verified = chain.verify(c, chain.START if whole else self._known)
        self._seen = stamp
        self._learn(verified)

    def _at_one_time(self) -> Connection:
        """What several questions read here is of one time; SQLite's transactions are so anyway."""
        if is_sqlite(self.engine.url):
            return self.engine.connect()
        return self.engine.execution_options(isolation_level="REPEATABLE READ").connect()

    def _learn(self, link: chain.Link) -> None:
        if link.number >= self._known.number:
            self._known = link
        if self._memory is not None:
            self._memory.note(link)

    def _stamp(self) -> Stamp:
        """What changes with a file whenever it is written; None for another database."""
        path = file_of(self.engine.url)
        try:
            status = path.stat() if path else None
        except OSError:
            return None
        return (status.st_ino, status.st_size, status.st_mtime_ns) if status else None

    def _prepare(self) -> None:
        """Make the tables of a new store, or add those that an older program did not have."""
        with self._read() as c:
            version = schema_version(c)
        if version == tables.SCHEMA_VERSION:
            return
        if version is None and self._memory and (last := self._memory.last()).number:
            raise EnvironmentRefusedError("state_missing", store=self.called, known=last.number)
        with refusals(self.called), self.engine.execution_options(write=True).begin() as c:
            make_tables(c)
            chain.seal(c, chain.START, now())
        if version is not None:
            _log.warning("the state store was brought from schema %d to %d", version, tables.SCHEMA_VERSION)


def address(warehouse: Path) -> tuple[URL, Memory]:
    """Where a warehouse's store lies, and what the warehouse remembers of it."""
    url = os.environ.get("DENGTA_STATE", "")
    if not url:
        return of_file(warehouse / "state.db"), Memory(warehouse / FILE, "state.db")
    try:
        parsed = make_url(url)
    except ArgumentError as e:
        raise InputError("state_url_unusable", detail=type(e).__name__) from e
    return parsed, Memory(warehouse / FILE, parsed.render_as_string(hide_password=True))


def of_file(path: Path) -> URL:
    """The address of a store in a file, whatever its folders are called."""
    return URL.create("sqlite", database=str(path))


def file_of(url: URL | str) -> Path | None:
    """The file of a store in SQLite; None for a database server, or in memory."""
    parsed = make_url(url)
    name = parsed.database if is_sqlite(parsed) else None
    return Path(name) if name and name != ":memory:" else None


def is_sqlite(url: URL) -> bool:
    """Whether a store is a file of its own."""
    return url.get_backend_name() == "sqlite"


def schema_version(c: Connection) -> int | None:
    """The schema that a store has; None for a new one. InputError `state_newer` for a newer program's."""
    if not inspect(c).has_table(tables.schema.name):
        return None
    version: int | None = c.scalar(select(func.max(tables.schema.c.version)))
    if version is not None and version > tables.SCHEMA_VERSION:
        raise InputError("state_newer", found=version, known=tables.SCHEMA_VERSION)
    return version


def make_tables(c: Connection) -> None:
    """Add the tables that are not there yet and note the schema that the store now has."""
    tables.metadata.create_all(c)
    if schema_version(c) != tables.SCHEMA_VERSION:
        c.execute(insert(tables.schema).values(version=tables.SCHEMA_VERSION))


def required(text: str, key: str = "state_reason_missing") -> str:
    """The text without blanks around it; refused with the sentence `key` where there is none."""
    if not text.strip():
        raise InputError(key)
    return text.strip()


def now() -> datetime:
    """When a record is written down: UTC, without a zone."""
    return datetime.now(UTC).replace(tzinfo=None)


def connected(url: str | URL) -> Engine:
    """The database at an address; InputError `state_url_unusable` for one that is none."""
    try:
        parsed = make_url(url)
        if not is_sqlite(parsed):
            engine = create_engine(parsed, pool_pre_ping=True)
            event.listen(engine, "before_execute", bounds.hold)
            if parsed.get_backend_name() == "postgresql":
                event.listen(engine, "begin", _postgresql_begin)
            return engine
        engine = create_engine(parsed, connect_args={"timeout": WAIT_SECONDS})
    except (ArgumentError, NoSuchModuleError, ImportError) as e:
        raise InputError("state_url_unusable", detail=type(e).__name__) from e
    event.listen(engine, "before_execute", bounds.hold)
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
