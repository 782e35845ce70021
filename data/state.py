"""The state store: what people decide and record, by SQLAlchemy; SQLite by default, another database by URL.

Records are added, never changed or removed. Every write is one transaction: a kill leaves all of it or
nothing, and writers wait for each other.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import (
    Connection,
    Engine,
    create_engine,
    event,
    func,
    insert,
    make_url,
    select,
)
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, NoSuchModuleError, OperationalError

from data import state_tables as tables
from data.errors import BusyError, EnvironmentRefusedError, InputError

WAIT_SECONDS = 30


@dataclass(frozen=True)
class AdoptedPolicy:
    """One adoption or undoing: `content` is the rules' TOML, None where undoing led back to the default."""

    id: int
    at: datetime
    who: str
    why: str
    version: str | None
    content: str | None
    undoes: int | None


@dataclass(frozen=True)
class Unmasking:
    """One look at a customer's full name, phone or address."""

    at: datetime
    who: str
    why: str
    cons_no: str
    place: str


@dataclass(frozen=True)
class OfficialFigure:
    """A figure of the official monthly report: money in fen, households as a count; None withdraws it."""

    month: int
    basis: str
    org_no: str
    measure: str
    value: int | None


@dataclass(frozen=True)
class SavedView:
    """A page's link kept under a name."""

    name: str
    page: str
    query: str


class State:
    """The open store; made and brought up to date when opened."""

    def __init__(self, url: str) -> None:
        self.engine = _engine(url)
        with _refusals():
            _prepare(self.engine)

    @staticmethod
    def open(warehouse: Path) -> State:
        """The store at `DENGTA_STATE`, else `state.db` in the warehouse folder."""
        url = os.environ.get("DENGTA_STATE")
        if not url:
            try:
                warehouse.mkdir(parents=True, exist_ok=True)
            except OSError as e:
                raise EnvironmentRefusedError("state_not_writable", detail=str(e.strerror or e)) from e
            url = f"sqlite:///{warehouse / 'state.db'}"
        return State(url)

    def version(self) -> int:
        """A number that grows with every decision (policies, official figures); looks do not count."""
        with self._read() as c:
            return sum(int(c.scalar(select(func.max(t.c.id))) or 0) for t in tables.DECISIONS)

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

    def policies(self) -> list[AdoptedPolicy]:
        """Every adoption and undoing, oldest first."""
        with self._read() as c:
            rows = c.execute(select(tables.policy).order_by(tables.policy.c.id)).mappings()
            return [AdoptedPolicy(**row) for row in rows]

    def current_policy(self) -> AdoptedPolicy | None:
        """The rules in force; None before the first adoption (the project's default holds)."""
        with self._read() as c:
            row = c.execute(select(tables.policy).order_by(tables.policy.c.id.desc()).limit(1)).mappings()
            found = row.first()
            return AdoptedPolicy(**found) if found else None

    def adopt(self, content: str, version: str, who: str, why: str, after: int | None) -> AdoptedPolicy:
        """Put rules in force; refused where another adoption came after number `after`, the last one seen."""
        _reason(why)
        with self._write() as c:
            _nothing_since(c, after)
            values = {"at": _now(), "who": who, "why": why, "version": version, "content": content}
            c.execute(insert(tables.policy).values(**values, undoes=None))
        return self._last()

    def undo(self, who: str, why: str, after: int | None) -> AdoptedPolicy:
        """Put the rules before the ones in force back in force, as a new record."""
        _reason(why)
        with self._write() as c:
            _nothing_since(c, after)
            rows = c.execute(select(tables.policy).order_by(tables.policy.c.id)).mappings()
            standing: list[AdoptedPolicy] = []
            for row in rows:
                record = AdoptedPolicy(**row)
                if record.undoes is None:
                    standing.append(record)
                elif standing:
                    standing.pop()
            if not standing:
                raise InputError("policy_nothing_to_undo")
            undone = standing.pop()
            former = standing[-1] if standing else None
            values = {
                "version": former.version if former else None,
                "content": former.content if former else None,
            }
            c.execute(
                insert(tables.policy).values(at=_now(), who=who, why=why, undoes=undone.id, **values),
            )
        return self._last()

    def record_unmask(self, cons_nos: Iterable[str], who: str, why: str, place: str) -> None:
        """Keep who looked at whose full name, and why; before it is shown."""
        _reason(why)
        at = _now()
        rows = [{"at": at, "who": who, "why": why, "cons_no": n, "place": place} for n in cons_nos]
        if rows:
            with self._write() as c:
                c.execute(insert(tables.unmasked), rows)

    def unmaskings(self, limit: int = 1000) -> list[Unmasking]:
        """The newest looks, newest first."""
        log = tables.unmasked.c
        with self._read() as c:
            asked = (
                select(log.at, log.who, log.why, log.cons_no, log.place).order_by(log.id.desc()).limit(limit)
            )
            return [Unmasking(**row) for row in c.execute(asked).mappings()]

    def record_official(self, figures: Iterable[OfficialFigure], who: str, why: str = "") -> None:
        """Keep figures of the official report; of several for one place the last is read."""
        at = _now()
        rows = [{"at": at, "who": who, "why": why, **asdict(f)} for f in figures]
        if rows:
            with self._write() as c:
                c.execute(insert(tables.official), rows)

    def official(self, month: int, basis: str) -> list[OfficialFigure]:
        """The official figures of a month and basis that stand, by unit and measure."""
        of = tables.official.c
        asked = select(of.month, of.basis, of.org_no, of.measure, of.value).order_by(of.id)
        standing: dict[tuple[str, str], OfficialFigure] = {}
        with self._read() as c:
            for row in c.execute(asked.where(of.month == month, of.basis == basis)).mappings():
                standing[row["org_no"], row["measure"]] = OfficialFigure(**row)
        return sorted(
            (f for f in standing.values() if f.value is not None), key=lambda f: (f.org_no, f.measure)
        )

    def save_view(self, view: SavedView, who: str) -> None:
        """Keep a link under a name; an empty link takes the name away."""
        with self._write() as c:
            values = {"name": view.name, "page": view.page, "query": view.query or None}
            c.execute(insert(tables.view).values(at=_now(), who=who, **values))

    def views(self, who: str, page: str) -> list[SavedView]:
        """A person's saved links of a page, by name."""
        of = tables.view.c
        standing: dict[str, str | None] = {}
        with self._read() as c:
            asked = select(of.name, of.query).where(of.who == who, of.page == page).order_by(of.id)
            for row in c.execute(asked):
                standing[row.name] = row.query
        return [SavedView(name, page, query) for name, query in sorted(standing.items()) if query]

    def close(self) -> None:
        """Let go of the connections."""
        self.engine.dispose()

    def _last(self) -> AdoptedPolicy:
        found = self.current_policy()
        if found is None:
            raise InputError("policy_nothing_to_undo")
        return found

    @contextmanager
    def _read(self) -> Iterator[Connection]:
        with _refusals(), self.engine.connect() as c:
            yield c

    @contextmanager
    def _write(self) -> Iterator[Connection]:
        with _refusals(), self.engine.execution_options(write=True).begin() as c:
            yield c


def _engine(url: str) -> Engine:
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() != "sqlite":
            return create_engine(parsed, pool_pre_ping=True)
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


def _prepare(engine: Engine) -> None:
    with engine.execution_options(write=True).begin() as c:
        if engine.dialect.name == "postgresql":
            c.exec_driver_sql("select pg_advisory_xact_lock(3340100)")
        tables.metadata.create_all(c)
        found = c.scalar(select(func.max(tables.schema.c.version)))
        if found is None:
            c.execute(insert(tables.schema).values(version=tables.SCHEMA_VERSION))
        elif found > tables.SCHEMA_VERSION:
            raise InputError("state_newer", found=found, known=tables.SCHEMA_VERSION)


def _nothing_since(c: Connection, after: int | None) -> None:
    newest = c.scalar(select(func.max(tables.policy.c.id)))
    if newest != after:
        raise BusyError("state_changed_meanwhile")


def _reason(why: str) -> None:
    if not why.strip():
        raise InputError("state_reason_missing")


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except IntegrityError:
        raise
    except OperationalError as e:
        text = str(e.orig)
        if "locked" in text or "busy" in text:
            raise BusyError("state_busy") from e
        raise EnvironmentRefusedError("state_not_writable", detail=text.splitlines()[0]) from e
    except DBAPIError as e:
        raise EnvironmentRefusedError("state_not_writable", detail=str(e.orig).splitlines()[0]) from e
