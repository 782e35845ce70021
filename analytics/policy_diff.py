"""What two policies differ in, place by place.

A place is a dotted path through the policy's TOML; entries of lists are named by their own key
(`credit.models.hv.cutoffs`), a cell of a judgement matrix by row and column from 0 (`….judgements[0][2]`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from analytics.policy import Policy
from analytics.toml_values import to_plain

Path = tuple[str, ...]

_NAMES = ("key", "indicator", "prefix", "grade", "action", "fact", "rule", "name")
"""What names an entry of a list; the first that it has."""


@dataclass(frozen=True)
class Difference:
    """One place that differs; what is added has no `old`, what is taken away no `new`."""

    path: str
    old: str
    new: str


def differences(old: Policy, new: Policy) -> tuple[Difference, ...]:
    """Everything that differs, in the policy's order; the lower half of a matrix follows from the upper."""
    return tuple(
        Difference(".".join(path) + cell, before, after)
        for path, was, now in _changes((), to_plain(old), to_plain(new), into_lists=True)
        for cell, before, after in _cells(was, now)
    )


def changed_values(old: Policy, new: Policy) -> list[tuple[Path, Any]]:
    """The places that differ with their new plain values; lists whose entries changed are given whole."""
    changes = _changes((), to_plain(old), to_plain(new), into_lists=False)
    return [(path, now) for path, _, now in changes]


def names_of(entries: Sequence[Any]) -> list[str] | None:
    """What tells the entries of a list of tables apart; None where they are no tables or not told apart."""
    if not entries or not all(isinstance(e, dict) for e in entries):
        return None
    names = [_name(e) for e in entries]
    return names if len(set(names)) == len(names) and "" not in names else None


def _name(entry: dict[str, Any]) -> str:
    if "what_zh" in entry:
        return f"{entry['grade']}+{entry['key']}"
    names = (
        entry.get(name) for name in ("key", "indicator", "prefix", "grade", "action", "fact", "rule", "name")
    )
    return next((str(name) for name in names if name), "")


def _changes(at: Path, old: Any, new: Any, into_lists: bool) -> Iterator[tuple[Path, Any, Any]]:
    """(path, old, new) of each change; with `into_lists`, entries added and taken away one by one."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in dict.fromkeys((*old, *new)):
            yield from _changes((*at, key), old.get(key), new.get(key), into_lists)
    elif (pair := _named(old, new, into_lists)) is not None:
        before, after = pair
        for name in dict.fromkeys((*before, *after)):
            yield from _changes((*at, name), before.get(name), after.get(name), into_lists)
        if into_lists and (order := [n for n in after if n in before]) != [n for n in before if n in after]:
            yield (*at, "order"), [n for n in before if n in after], order
    elif old != new:
        yield at, old, new


def _named(old: Any, new: Any, into_lists: bool) -> tuple[dict[str, Any], dict[str, Any]] | None:
    if not isinstance(old, list) or not isinstance(new, list):
        return None
    before, after = names_of(old), names_of(new)
    if into_lists:
        before, after = ([] if not side else names for side, names in ((old, before), (new, after)))
        if not before and not after:
            return None
    elif before != after:
        return None
    if before is None or after is None:
        return None
    return dict(zip(before, old, strict=True)), dict(zip(after, new, strict=True))


def _cells(old: Any, new: Any) -> Iterator[tuple[str, str, str]]:
    """The cells of a matrix that differ, its upper half; anything else as it is."""
    if _is_matrix(old) and _is_matrix(new) and len(old) == len(new):
        cells = [
            (f"[{i}][{j}]", text(old[i][j]), text(new[i][j]))
            for i in range(len(old))
            for j in range(i + 1, len(old))
            if old[i][j] != new[i][j]
        ]
        if cells:
            yield from cells
            return
    yield "", text(old), text(new)


def _is_matrix(value: Any) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(r, list) and len(r) == len(value) for r in value)
    )


def text(value: Any) -> str:
    """A plain value in a line: lists by commas, a table by its entries; nothing for None."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return repr(value).removesuffix(".0")
    if isinstance(value, list):
        return ", ".join(f"({text(v)})" if isinstance(v, list | dict) else text(v) for v in value)
    if isinstance(value, dict):
        return ", ".join(f"{k} = {text(v)}" for k, v in value.items() if v not in (None, "", []))
    return str(value)
