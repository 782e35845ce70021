"""Frozen dataclasses to and from plain TOML values, with unknown names and wrong types refused by name."""

from __future__ import annotations

import math
import types
from dataclasses import MISSING, fields, is_dataclass
from datetime import date
from functools import cache
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

from analytics.errors import RefusedError

T = TypeVar("T")

_LARGEST = 10**15
"""No count, day or sum of a policy is larger."""


def to_plain(value: Any, fractions: bool = False, hint: Any = None) -> Any:
    """A dataclass as tables and arrays; a field whose metadata says `fractions` writes 1/3 as "1/3".

    Days are text, as links need them.
    A whole number where the field holds floats becomes one, so that equal values are written alike.
    """
    if is_dataclass(value) and not isinstance(value, type):
        hints = _hints(type(value))
        return {
            f.name: to_plain(getattr(value, f.name), bool(f.metadata.get("fractions")), hints[f.name])
            for f in fields(value)
        }
    if isinstance(value, tuple):
        inner = next(iter(get_args(hint)), None)
        return [to_plain(v, fractions, inner) for v in value]
    if hint is float and type(value) is int:
        value = float(value)
    if isinstance(value, date):
        return value.isoformat()
    if fractions and isinstance(value, float):
        return _fraction(value)
    return value


def from_plain(kind: type[T], raw: Any, at: str) -> T:
    """Read a dataclass from TOML's values; missing fields take defaults, refusals name the place `at`."""
    if not isinstance(raw, dict):
        raise RefusedError("policy_wrong_type", name=at, value=repr(raw), wanted="table")
    hints = _hints(kind)  # type: ignore[arg-type]  # a class is hashable
    names = [f.name for f in fields(kind)]  # type: ignore[arg-type]
    if unknown := sorted(set(raw) - set(names)):
        raise RefusedError("policy_unknown_name", name=at, names=unknown, known=names)
    required = [f.name for f in fields(kind) if f.default is MISSING and f.default_factory is MISSING]  # type: ignore[arg-type]
    if missing := [name for name in required if name not in raw]:
        raise RefusedError("policy_missing_name", name=at, names=missing)
    given = {name: _read(hints[name], raw[name], f"{at}.{name}") for name in names if name in raw}
    try:
        return kind(**given)
    except RefusedError as e:
        e.place = e.place or at
        raise


def called(raw: Any) -> dict[str, tuple[str, str]]:
    """What the entries of arrays are called, (Chinese, English), by their keys; only those that say so."""
    made: dict[str, tuple[str, str]] = {}
    inner = raw if isinstance(raw, list) else list(raw.values()) if isinstance(raw, dict) else []
    within = [one for one in inner if isinstance(one, dict | list)]
    for key, names in [pair for one in within for pair in called(one).items()]:
        before = made.get(key, names)
        made[key] = names if before == names else (f"{before[0]}/{names[0]}", f"{before[1]}/{names[1]}")
    if isinstance(raw, dict):
        own = [raw.get("key"), raw.get("zh", raw.get("what_zh")), raw.get("en", raw.get("what_en"))]
        if all(isinstance(one, str) and one for one in own):
            key, zh, en = (str(one)[:60] for one in own)
            made[key] = (zh, en)
    return made


@cache
def _hints(kind: type[Any]) -> dict[str, Any]:
    return get_type_hints(kind)


@cache
def _inner(hint: Any) -> Any:
    """What an array holds; None for what is no array."""
    return get_args(hint)[0] if get_origin(hint) is tuple else None


def _read(hint: Any, value: Any, at: str) -> Any:
    inner = _inner(hint)
    if inner is not None:
        if not isinstance(value, list):
            raise RefusedError("policy_wrong_type", name=at, value=repr(value), wanted="array")
        fixed = get_args(hint)
        if Ellipsis not in fixed and len(fixed) != len(value):
            raise RefusedError(
                "policy_wrong_type", name=at, value=repr(value), wanted=f"array of {len(fixed)}"
            )
        if inner is float and all(type(v) is float and math.isfinite(v) for v in value):
            return tuple(value)
        return tuple(_read(inner, v, f"{at}[{_named(v, i)}]") for i, v in enumerate(value))
    if isinstance(hint, type) and is_dataclass(hint):
        return from_plain(hint, value, at)
    return _scalar(hint, value, at)


def _named(value: Any, position: int) -> str:
    """An entry of an array by its key or indicator, else by its position."""
    name = value.get("key", value.get("indicator")) if isinstance(value, dict) else None
    return name[:32] if isinstance(name, str) and name else str(position)


def _scalar(hint: Any, value: Any, at: str) -> Any:
    if hint is float and isinstance(value, str):
        value = _parsed(value, at)
    if hint is date and isinstance(value, str):
        return _day(value, at)
    if isinstance(value, int) and abs(value) > _LARGEST:
        raise RefusedError("policy_not_a_number", name=at, value=f"{str(value)[:20]}…")
    if hint is float and isinstance(value, int | float) and not isinstance(value, bool):
        if not math.isfinite(value):
            raise RefusedError("policy_not_a_number", name=at, value=value)
        return float(value)
    if get_origin(hint) is Literal:
        if value not in get_args(hint):
            known = ", ".join(map(str, get_args(hint)))
            raise RefusedError("policy_wrong_type", name=at, value=repr(value), wanted=known)
        return value
    wanted = hint.__args__ if isinstance(hint, types.UnionType) else (hint,)
    if type(value) not in wanted:
        kinds = str(getattr(hint, "__name__", hint))
        raise RefusedError("policy_wrong_type", name=at, value=repr(value), wanted=kinds)
    return value


def _day(text: str, at: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as e:
        raise RefusedError("policy_wrong_type", name=at, value=repr(text), wanted="YYYY-MM-DD") from e


def _parsed(text: str, at: str) -> float:
    top, slash, bottom = text.partition("/")
    try:
        return float(top) / float(bottom) if slash else float(top)
    except (ValueError, ZeroDivisionError) as e:
        raise RefusedError("policy_wrong_type", name=at, value=repr(text), wanted="number") from e


def _fraction(value: float) -> float | str:
    if 0 < value < 1 and 1 / round(1 / value) == value:
        return f"1/{round(1 / value)}"
    return value
