"""Where the warehouse lies, what day it is, and how much of the machine a query may use."""

from __future__ import annotations

import os
import re
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

from data.errors import InputError

YES_NO = {
    **dict.fromkeys(("1", "yes", "on", "true"), True),
    **dict.fromkeys(("0", "no", "off", "false"), False),
}

PEOPLE_TABLES = {"users": (), "claims": ("orgs", "permissions"), "publishing": ("second_person",)}
"""The tables of the users' file, and the keys of those that have fixed ones."""


def warehouse_path(given: Path | str | None = None) -> Path:
    """The warehouse folder: the one given, else `DENGTA_WAREHOUSE`, else `.dengta` in the current folder."""
    return Path(given or os.environ.get("DENGTA_WAREHOUSE") or ".dengta").expanduser().absolute()


def connect_folders() -> tuple[Path, ...]:
    """The folders below which readers who may load can name one: `DENGTA_CONNECT_FOLDERS`, parted as a PATH
    is; none where it is not set. Only such as are there count, all links followed; the disk's root never.
    """
    named = [Path(text.strip()) for text in os.environ.get("DENGTA_CONNECT_FOLDERS", "").split(os.pathsep)]
    there = [folder.resolve() for folder in named if folder.is_absolute() and folder.is_dir()]
    return tuple(dict.fromkeys(folder for folder in there if folder.parent != folder))


_HOST = re.compile(r"https?:/{2}[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?(:[0-9]{1,5})?")


def frame_ancestors() -> tuple[str, ...]:
    """The origins that may frame the card of a customer: `DENGTA_FRAME_ANCESTORS`, parted by blanks.

    Each is a scheme and a host, with a port where it has one; what is not whole is none: no host may be meant
    by a part of a name, and none by a star.
    """
    named = os.environ.get("DENGTA_FRAME_ANCESTORS", "").lower().split()
    return tuple(dict.fromkeys(origin for origin in named if _HOST.fullmatch(origin)))


def is_day_given() -> bool:
    """Whether `DENGTA_TODAY` says which day it is."""
    return bool(os.environ.get("DENGTA_TODAY"))


def today() -> date:
    """`DENGTA_TODAY` (YYYY-MM-DD) where set, else the machine's date."""
    text = os.environ.get("DENGTA_TODAY")
    if not text:
        return date.today()
    try:
        return date.fromisoformat(text.strip())
    except ValueError as e:
        raise InputError("today_not_a_date", value=text) from e


def people_file(path: Path | None = None) -> dict[str, Any]:
    """The TOML of users and of what they decide together: `path`, else `DENGTA_USERS`; empty where not set.

    InputError where one is set that cannot be read, holds nothing, or says something that nobody would heed.
    """
    named = os.environ.get("DENGTA_USERS")
    if path is None and named is None:
        return {}
    if path is None and not (named or "").strip():
        raise InputError("users_file_unnamed")
    file = path or Path(str(named))
    try:
        raw = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as e:
        raise InputError("users_file_unreadable", file=str(file), detail=str(e)) from e
    if not raw:
        raise InputError("users_file_empty", file=str(file))
    if unheeded := _unheeded(raw):
        raise InputError("users_file_unheeded", file=str(file), names=unheeded)
    return raw


def _unheeded(raw: dict[str, Any]) -> list[str]:
    """What stands in the users' file that is read by nobody: a slip of the pen there would open a door."""
    unheeded = [name for name in raw if name not in PEOPLE_TABLES or not isinstance(raw[name], dict)]
    for name, known in PEOPLE_TABLES.items():
        if known and name not in unheeded:
            unheeded += [f"{name}.{key}" for key in raw.get(name, {}) if key not in known]
    return unheeded


def second_person() -> bool:
    """Whether grades come into force only when somebody else has looked (docs/decisions/0132).

    `DENGTA_SECOND_PERSON` where set, else `second_person` under `[publishing]` of the users' file, else no.
    InputError `second_person_unclear` for what is neither yes nor no.
    """
    text = os.environ.get("DENGTA_SECOND_PERSON", "").strip().lower()
    if text:
        wanted: object = YES_NO.get(text)
    else:
        wanted = people_file().get("publishing", {}).get("second_person", False)
        text = str(wanted)
    if not isinstance(wanted, bool):
        raise InputError("second_person_unclear", value=text)
    return wanted


def threads() -> int:
    """How many threads DuckDB may use: `DENGTA_THREADS`, else the processor's count, at most 8."""
    text = os.environ.get("DENGTA_THREADS", "")
    return int(text) if text.isdigit() and int(text) > 0 else min(os.cpu_count() or 2, 8)


def memory_limit(default: str) -> str:
    """DuckDB's memory limit: `DENGTA_MEMORY` (such as `6GB`), else `default`."""
    return os.environ.get("DENGTA_MEMORY") or default


def kept_back() -> int:
    """How many snapshots before the newest are kept: `DENGTA_KEEP` (0 to 99), else 3."""
    text = os.environ.get("DENGTA_KEEP", "")
    return int(text) if text.isdecimal() and len(text) < 3 else 3
