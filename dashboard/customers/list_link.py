"""A list's filters as a link says them: `overdue:100~;is_closed:0;reader:E1,E2`."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from dashboard.links.filters import day_of
from services.customers.customer_filters import FILTERS, Bound, ListFilter, Value

SCALE = {"money": 100, "share": 0.01}
"""What one unit of a box is in the services' unit: a yuan is 100 fen, a per cent is 0.01."""
MOST = 1e12
EARLIEST, LATEST = date(1950, 1, 1), date(2100, 12, 31)
BY_KEY = {f.key: f for f in FILTERS}
_NUMBER = re.compile(r"-?\d{1,13}(\.\d{1,4})?")


def read_values(text: str) -> dict[str, Value] | None:
    """The filters of a link as far as they are understood: `overdue:100~;is_closed:0;reader:E1,E2`."""
    read = (_part(part) for part in text.split(";"))
    return {key: value for key, value in read if value is not None} or None


def unread_values(text: str) -> tuple[str, ...]:
    """The filters of a link that are not understood, not to their end, or said again."""
    parts = [part for part in text.split(";") if part]
    keys = [part.partition(":")[0] for part in parts]
    twice = {i for i, key in enumerate(keys) if key in keys[i + 1 :]}
    return tuple(part for i, part in enumerate(parts) if i in twice or not _whole(part))


def _part(part: str) -> tuple[str, Value | None]:
    key, _, said = part.partition(":")
    one = BY_KEY.get(key)
    return key, _read(one, said) if one and said else None


def _whole(part: str) -> bool:
    """Whether every bound and code of a filter is understood."""
    key, value = _part(part)
    said = part.partition(":")[2]
    if not isinstance(value, tuple):
        return value is not None
    if BY_KEY[key].is_range:
        given = said.split("~")
        return [bool(text) for text in given] == [bound is not None for bound in value]
    return len(value) == len(said.split(","))


def write_values(values: Mapping[str, Value]) -> str:
    """The filters as a link says them, in the order of the registry."""
    return ";".join(f"{f.key}:{_write(f, values[f.key])}" for f in FILTERS if f.key in values)


def _read(one: ListFilter, said: str) -> Value | None:
    if one.is_range:
        low, tilde, high = said.partition("~")
        if not tilde:
            return None
        bounds = (_bound(one, low), _bound(one, high))
        return None if bounds == (None, None) else bounds
    if one.kind == "flag":
        return {"1": True, "0": False}.get(said)
    codes = tuple(c for c in said.split(",") if 0 < len(c) <= 32 and c.isprintable())
    return codes[:50] or None


def _bound(one: ListFilter, text: str) -> Bound:
    if one.kind == "date":
        day = day_of(text)
        return day if day and EARLIEST <= day <= LATEST else None
    return in_unit(one, float(text)) if _NUMBER.fullmatch(text) else None


def _write(one: ListFilter, value: Value) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    if one.is_range:
        return "~".join(ends(one, value))
    return ",".join(str(v) for v in value)


def ends(one: ListFilter, value: tuple[Any, ...], none: str = "", form: str = ".12g") -> list[str]:
    """Both bounds as a link (or, in another form, a sentence) writes them."""
    return [
        none if v is None else v.isoformat() if isinstance(v, date) else f"{shown(one, v):{form}}"
        for v in value
    ]


def in_unit(one: ListFilter, given: float | None) -> float | None:
    """What a reader typed, in the services' unit: whole fen, whole counts, fractions."""
    if given is None or not math.isfinite(given) or abs(given) > MOST:
        return None
    made = given * SCALE.get(one.kind, 1)
    return made if one.kind in ("share", "number") else round(made)


def shown(one: ListFilter, value: float | None) -> float | None:
    """A bound as its box shows it."""
    return None if value is None else value / SCALE.get(one.kind, 1)
