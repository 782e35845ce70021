"""Which tables and columns of a mapping a database has, by the names of its own catalogue."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnClause, Connection, Inspector, TableClause, column, func, inspect, select, table
from sqlalchemy.exc import NoSuchTableError, SAWarning
from sqlalchemy.types import Enum, Float, Integer, Numeric, String, Text, TypeEngine

from data.errors import InputError
from data.extract.cells import NUMBERS, WITHOUT_TYPE, is_readable, is_single
from data.load.extract_tables import TABLES
from data.load.mapping import Mapping as Tables
from data.load.mapping import TableRule
from data.load.matching import matched_columns
from data.read.decoration import heading_key

SHOWN = 6
_NUMBERED = re.compile(r"_?(bak|old|his|hist|copy)?_?\d+$", re.IGNORECASE)
_FILE_NAME = re.compile(r"[^\x00-\x1f<>:\"/\\|?*._~][^\x00-\x1f<>:\"/\\|?*]{0,60}")


@dataclass(frozen=True)
class Source:
    """A table of the database that is a table of the mapping; `file` is the name of the file made of it.

    `columns` are those that the mapping knows, `left_out` the others. `key` is what it is read along, by
    whole numbers or texts; `changed` tells when a row was written; `amount` is what is summed. None where
    the table has no such column, or the mapping names none.
    """

    table: str
    name: str
    schema: str | None
    file: str
    columns: tuple[str, ...]
    kinds: Mapping[str, TypeEngine[Any]]
    left_out: tuple[str, ...]
    single: frozenset[str]
    key: str | None
    changed: str | None
    amount: str | None

    @cached_property
    def clause(self) -> TableClause:
        """The table as statements name it."""
        return table(self.name, *(column(c) for c in self.kinds), schema=self.schema)

    def column(self, name: str) -> ColumnClause[Any]:
        """One of its columns, without a type: values come as the driver gives them."""
        return self.clause.c[name]

    def is_text(self, name: str) -> bool:
        """Whether a column holds texts."""
        return isinstance(self.kinds[name], String)


@dataclass(frozen=True)
class Catalogue:
    """What was found: the tables to be read, and those of the mapping that the database lacks.

    `beside` are named as one of the mapping's with a number behind it: months, or old copies. They are not
    read, since nobody can tell which; a mapping that names them does.
    """

    sources: tuple[Source, ...]
    missing: tuple[str, ...]
    beside: tuple[str, ...] = ()


def names_of(connection: Connection, schema: str | None) -> tuple[Inspector, str | None, list[str]]:
    """Tables and views of a schema, found in any case; InputError where there is no such schema."""
    inspector = inspect(connection)
    if schema is not None:
        schemas = inspector.get_schema_names()
        near = [s for s in schemas if s.casefold() == schema.casefold()]
        if schema not in near and len(near) != 1:
            raise InputError("database_no_schema", schema=schema, known=schemas[:SHOWN])
        schema = schema if schema in near else near[0]
    names = [*inspector.get_table_names(schema), *inspector.get_view_names(schema)]
    if connection.dialect.name == "postgresql":
        names += inspector.get_materialized_view_names(schema)
    return inspector, schema, list(dict.fromkeys(map(str, names)))


def fitting(names: Iterable[str], mapping: Tables) -> int:
    """How many tables of a mapping are among these names."""
    held = {name.casefold() for name in names}
    return sum(any(f.casefold() in held for f in rule.files) for rule in mapping.tables.values())


def catalogue(connection: Connection, mapping: Tables, schema: str | None) -> Catalogue:
    """The tables of a mapping as they lie in a database.

    InputError where none does, where one lacks a column that it cannot do without, or holds one of a kind
    that cannot be read.
    """
    inspector, schema, names = names_of(connection, schema)
    sources: list[Source] = []
    missing: list[str] = []
    taken: set[str] = set()
    for rule in mapping.tables.values():
        found = [
            *((name, False) for name in _named(names, rule.files, rule.archive)),
            *((name, True) for name in _named(names, rule.archive, ())),
        ]
        for name, archive in found:
            source = _source(inspector, connection.dialect.name, schema, name, rule)
            if (former := next((s for s in sources if s.name == name), None)) is not None:
                sources[sources.index(former)] = _united(former, source)
                continue
            file = _file_name(name, rule, archive, taken)
            taken.add(file.casefold())
            sources.append(replace(source, file=file))
        missing += [] if found else [rule.table]
    if not sources:
        raise InputError("database_no_tables", mapping=mapping.name, known=names[:SHOWN])
    if connection.dialect.name in WITHOUT_TYPE:
        sources = [_as_held(connection, source) for source in sources]
    read = {source.name for source in sources}
    words = {word.casefold() for rule in mapping.tables.values() for word in rule.files}
    beside = (n for n in names if n not in read and _NUMBERED.sub("", n).casefold() in words)
    return Catalogue(tuple(sources), tuple(missing), tuple(beside))


def _as_held(connection: Connection, source: Source) -> Source:
    """A table whose numbers may be anything: its key and its column of changes are texts where one is."""
    kinds = dict(source.kinds)
    for name in {source.key, source.changed} - {None, source.amount}:
        kind, held = kinds[str(name)], func.typeof(source.column(str(name)))
        numbers = ("integer", "null") if isinstance(kind, Integer) else ("integer", "real", "null")
        other = select(1).select_from(source.clause).where(held.not_in(numbers)).limit(1)
        if isinstance(kind, NUMBERS) and connection.execute(other).first():
            kinds[str(name)] = Text()
    return replace(source, kinds=kinds)


def _united(one: Source, other: Source) -> Source:
    """One table that the mapping reads as two: what both know of it, led and summed as the first says."""
    kinds = {**one.kinds, **other.kinds}
    left_out = tuple(c for c in one.left_out if c not in kinds)
    return replace(
        one, columns=tuple(kinds), kinds=kinds, left_out=left_out, single=one.single | other.single
    )


def _named(names: Sequence[str], wanted: Sequence[str], but: Sequence[str]) -> list[str]:
    """The names that are wanted, in any case; InputError for two that differ by it alone."""
    left = {b.casefold() for b in but}
    words = [w for w in dict.fromkeys(x.casefold() for x in wanted) if w not in left]
    found = []
    for word in words:
        alike = [name for name in names if name.casefold() == word]
        if len(alike) > 1:
            raise InputError("database_two_tables", names=alike)
        found += alike
    return found


def _source(inspector: Inspector, dialect: str, schema: str | None, name: str, rule: TableRule) -> Source:
    """A table as it is read, without the name of its file."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SAWarning)  # of kinds that it does not know: they are told below
            kinds = {str(c["name"]): c["type"] for c in inspector.get_columns(name, schema)}
    except NoSuchTableError:
        raise InputError("database_no_tables", mapping=rule.table, known=[name]) from None
    words = rule.vocabulary()
    known = tuple(c for c in kinds if heading_key(c) in words)
    alike = {c: [d for d in known if heading_key(d) == heading_key(c)] for c in known}
    if twins := next((v for v in alike.values() if len(v) > 1), None):
        raise InputError("database_two_columns", table=name, names=twins)
    official = matched_columns(known, rule)
    for need in rule.needs:
        given = rule.columns.get(need)
        if need not in official and not (given and (given.constant is not None or given.transform)):
            wanted = list(given.headings if given else (need,))[:SHOWN]
            raise InputError("database_no_column", table=name, column=need, wanted=wanted)
    for c in known:
        if not is_readable(kinds[c], dialect):
            raise InputError("database_odd_column", table=name, column=c, kind=type(kinds[c]).__name__)
    key = _found(rule.key, official, known)
    if key is not None and not _can_lead(kinds[key], dialect):
        key = None
    return Source(
        rule.table,
        name,
        schema,
        "",
        known,
        {c: kinds[c] for c in known},
        tuple(c for c in kinds if c not in known),
        frozenset(c for c in known if is_single(kinds[c], dialect)),
        key,
        _found(rule.changed, official, known),
        official.get(TABLES[rule.table].amount or ""),
    )


def _found(word: str | None, official: Mapping[str, str], known: Sequence[str]) -> str | None:
    """The column that a mapping means: one of the table's own by its official name, else by its heading."""
    if word is None or word in official:
        return official.get(word or "")
    return next((c for c in known if heading_key(c) == heading_key(word)), None)


def _can_lead(kind: TypeEngine[Any], dialect: str) -> bool:
    """Whether batches can follow a column: whole numbers, decimals and texts can be told one from another."""
    if isinstance(kind, (Numeric, Float)):
        return isinstance(kind, Numeric) and not isinstance(kind, Float) and dialect != "sqlite"
    return isinstance(kind, (Integer, String)) and not isinstance(kind, Enum)


def _file_name(name: str, rule: TableRule, archive: bool, taken: set[str]) -> str:
    """A name by which a load knows the table again: the database's own, else the mapping's, numbered."""
    stems = (name, *(rule.archive if archive else (rule.table,)))
    stem = next((s for s in stems if _FILE_NAME.fullmatch(s) and not s.endswith((" ", "."))), None)
    if stem is None:
        raise InputError("database_table_name", table=name)
    file, number = f"{stem}.parquet", 2
    while file.casefold() in taken:
        file, number = f"{stem}.{number}.parquet", number + 1
    return file
