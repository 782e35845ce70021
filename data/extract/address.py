"""Which database is read: an address without secrets, a password from elsewhere, a connection that reads."""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError

from data.errors import InputError

PASSWORD = "DENGTA_DB_PASSWORD"  # noqa: S105
"""The variable that a sentence names."""
EXAMPLE = "mysql://reader@127.0.0.1:3306/sg186"
MOST_BYTES = 4096
DRIVERS = {
    "mysql": "mysql+pymysql",
    "mariadb": "mariadb+pymysql",
    "postgresql": "postgresql+psycopg",
    "oracle": "oracle+oracledb",
    "sqlite": "sqlite",
}
"""The driver of each kind of database: what it gives as text is known of these."""
INSTALL = {"oracle": "oracledb", "mysql": "PyMySQL", "mariadb": "PyMySQL", "postgresql": "psycopg"}
_SSL = ("sslmode", "sslrootcert", "sslcert", "sslkey", "ssl_ca", "ssl_cert", "ssl_key")
SETTINGS = frozenset(
    (
        *("host", "port", "service_name", "unix_socket", "charset", "connect_timeout", "read_timeout"),
        *("application_name", *_SSL, "ssl_verify_cert", "ssl_verify_identity"),
    )
)
"""What may stand behind the `?`: nothing that holds a secret, runs a statement or reads a file of options."""
MYSQL_TEXTS = ("DATE", "DATETIME", "TIMESTAMP", "NEWDATE", "TIME", "DECIMAL", "NEWDECIMAL")
_SECRET = re.compile(
    r"(?P<place>://[^/@\s:]*):[^\n]*@|(?<![\w/])(?P<account>[^/@\s:]+):(?!//)\S*@"
    r"|(?P<name>(?:pass|pwd|secret|token)\w*)=[^&\s]+",
    re.IGNORECASE,
)


def without_secrets(text: str, password: str = "") -> str:
    """A text that may hold an address, or the password itself, with *** for what is secret."""
    bare = text.replace(password, "***") if password else text
    return _SECRET.sub(_told, bare)


def _told(found: re.Match[str]) -> str:
    if found["name"]:
        return f"{found['name']}=***"
    return f"{found['place'] or found['account']}:***@"


def password(file: Path | None) -> str:
    """The password in a file, else that of the environment, else none; InputError for a file that is none."""
    if file is None:
        return os.environ.get("DENGTA_DB_PASSWORD", "")
    try:
        with file.open("rb") as f:
            content = f.read(MOST_BYTES + 1)
        text = content.decode("utf-8")
    except (OSError, UnicodeDecodeError) as e:
        raise InputError("password_file_unreadable", path=str(file)) from e
    line = text.removesuffix("\n").removesuffix("\r")
    if not line or len(content) > MOST_BYTES or any(c in line for c in "\r\n\0"):
        raise InputError("password_file_unreadable", path=str(file))
    return line


def address(text: str) -> URL:
    """The address of a database of a known kind; InputError where it holds a secret, or cannot be used."""
    try:
        url = make_url(text.strip())
        kind, driver = url.get_backend_name(), url.drivername
    except (ArgumentError, ValueError):
        raise InputError("database_url_unreadable", example=EXAMPLE) from None
    if url.password or re.search(r"pass|pwd|secret|token", " ".join(url.query), re.IGNORECASE):
        raise InputError("database_url_password", variable=PASSWORD)
    if kind not in DRIVERS or driver not in (kind, DRIVERS[kind]):
        raise InputError("database_kind_unknown", known=list(DRIVERS))
    if unheeded := sorted(set(url.query) - SETTINGS):
        raise InputError("database_url_setting", name=unheeded[0][:40], known=sorted(SETTINGS))
    if str(url.query.get("charset", "utf8mb4")) != "utf8mb4":
        raise InputError("database_url_setting", name="charset", known=["charset=utf8mb4"])
    if kind == "sqlite" and not Path(url.database or "").is_file():
        raise InputError("database_no_file", path=str(url.database or ""))
    return url.set(drivername=DRIVERS[kind])


def called(url: URL) -> str:
    """What a database is called in reports and errors: kind, place and name, without anybody's account."""
    if url.get_backend_name() == "sqlite":
        return f"sqlite:{url.database}"
    place = f"{url.host or ''}{f':{url.port}' if url.port else ''}"
    name = url.database or url.query.get("service_name") or ""
    return f"{url.get_backend_name()}:{place}/{name}"


def opened(url: URL, secret: str) -> Engine:
    """An engine whose connections only read, and give text as it came; InputError without its driver.

    The password is no part of the engine's address.
    """
    kind = url.get_backend_name()
    more: dict[str, Any] = {}
    if kind == "sqlite":
        file = Path(str(url.database)).absolute()
        more["creator"] = lambda: sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)
    else:
        more["connect_args"] = {"password": secret} if secret else {}
    if kind in ("mysql", "mariadb"):
        more["connect_args"]["charset"] = "utf8mb4"
        if secret:
            more["connect_args"]["password"] = secret.encode(
                "utf-8"
            )  # as text the driver knows Latin-1 alone
    elif kind == "postgresql":
        more["connect_args"]["client_encoding"] = "utf8"
    try:
        engine = create_engine(url, poolclass=NullPool, hide_parameters=True, **more)
    except ImportError:
        raise InputError("database_driver_missing", kind=kind, package=INSTALL.get(kind, kind)) from None
    except (ArgumentError, TypeError, ValueError):
        raise InputError("database_url_unreadable", example=EXAMPLE) from None
    if kind in ("mysql", "mariadb"):
        event.listen(engine, "do_connect", _mysql_texts(engine))
    event.listen(engine, "connect", _ON_CONNECT[kind])
    event.listen(engine, "begin", _begin)
    return engine


def reading(engine: Engine) -> Connection:
    """A connection in a transaction of its own in which nothing is written and, where the database can,
    nothing changes.
    """
    if engine.dialect.name == "postgresql":
        return engine.connect().execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    if engine.dialect.name in ("mysql", "mariadb"):
        return engine.connect().execution_options(isolation_level="REPEATABLE READ")
    return engine.connect()


def _mysql_texts(engine: Engine) -> Any:
    """Days and decimals stay text: 0000-00-00 is no day that Python knows, and decimals keep their places."""
    module: Any = engine.dialect.loaded_dbapi
    kinds = module.constants.FIELD_TYPE
    left = {getattr(kinds, k) for k in MYSQL_TEXTS}
    known: Mapping[Any, Any] = module.converters.conversions
    conversions = {k: v for k, v in known.items() if not (isinstance(k, int) and k in left)}

    def connect(dialect: Any, record: Any, arguments: Any, options: dict[str, Any]) -> None:
        options["conv"] = conversions

    return connect


def _mysql_connect(connection: Any, _: object) -> None:
    with closing(connection.cursor()) as cursor:
        cursor.execute("set session transaction read only")


def _postgresql_connect(connection: Any, _: object) -> None:
    from psycopg.types.string import TextLoader

    with closing(connection.cursor()) as cursor:
        cursor.execute("set datestyle to iso")
    connection.commit()
    for kind in ("numeric", "date", "time", "timestamp", "timestamptz"):
        connection.adapters.register_loader(kind, TextLoader)


def _nothing(connection: Any, _: object) -> None:
    """SQLite is opened so that it only reads, Oracle is told with each transaction."""


_ON_CONNECT = {
    "mysql": _mysql_connect,
    "mariadb": _mysql_connect,
    "postgresql": _postgresql_connect,
    "sqlite": _nothing,
    "oracle": _nothing,
}


def _begin(connection: Connection) -> None:
    if connection.dialect.name == "oracle":
        connection.exec_driver_sql("set transaction read only")
