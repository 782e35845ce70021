"""What a database says when it refuses or breaks off, as one of our refusals, without secrets."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from data.errors import EnvironmentRefusedError
from data.extract.address import without_secrets

MOST_TEXT = 200
SHORT = 6
"""A password with fewer characters is told by the holes that it leaves in a sentence."""


@contextmanager
def database_refusals(database: str, secret: str) -> Iterator[None]:
    """EnvironmentRefusedError in the place of the driver's errors, which may hold anything."""
    try:
        yield
    except DBAPIError as e:
        detail = _detail(e, secret)
        key = "database_broke_off" if e.connection_invalidated else "database_refuses"
        raise EnvironmentRefusedError(key, database=database, detail=detail) from None
    except SQLAlchemyError as e:
        raise EnvironmentRefusedError(
            "database_refuses", database=database, detail=type(e).__name__
        ) from None
    except UnicodeDecodeError:
        raise EnvironmentRefusedError(
            "database_refuses", database=database, detail="a text that is not in its encoding"
        ) from None


def _detail(failure: DBAPIError, secret: str) -> str:
    """The driver's first words; of what kind its error is where they would tell the password."""
    if secret and len(secret) < SHORT:
        return type(failure.orig).__name__
    return without_secrets(" ".join(str(failure.orig).split()), secret)[:MOST_TEXT]
