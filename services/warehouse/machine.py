"""The machine's refusals (disk, permissions, memory) as ours."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from data.errors import EnvironmentRefusedError
from data.warehouse.snapshots import Warehouse


@contextmanager
def machine_refusals(house: Warehouse) -> Iterator[None]:
    """Turn the machine's refusals into ours."""
    try:
        yield
    except PermissionError as e:
        raise EnvironmentRefusedError("no_permission", path=str(e.filename or house.path)) from e
    except OSError as e:
        key = "disk_full" if e.errno in (errno.ENOSPC, errno.EDQUOT) else "disk_refuses"
        raise EnvironmentRefusedError(key, path=str(house.path)) from e
    except duckdb.Error as e:
        text = str(e).lower()
        full = (
            "space" in text or "max_temp_directory_size" in text or isinstance(e, duckdb.OutOfMemoryException)
        )
        if full:
            raise EnvironmentRefusedError("disk_full", path=str(house.path)) from e
        if isinstance(e, duckdb.IOException):
            raise EnvironmentRefusedError("disk_refuses", path=str(house.path)) from e
        raise
