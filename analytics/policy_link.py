"""A what-if policy in a link: what differs from the adopted one, as plain codes.

`cut.hv:90-75-60-45~credit.min_coverage:0.5`: items by `~`, a place and its value by `:`, numbers of a list by
`-` (`n` is minus). Words begin with `'`, other lists and tables are JSON after `j`.
Nothing of a link is run; what it says is read as a policy file is, and refused as one.
"""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import unquote

from analytics.errors import RefusedError
from analytics.policy import Policy, read_plain
from analytics.policy_diff import Path, changed_values, names_of
from analytics.toml_values import to_plain

MAX_LENGTH = 12_000
MAX_ITEMS = 300
_NUMBER = re.compile(r"n?[0-9]{1,20}(\.[0-9]{1,20})?(en?[0-9]{1,3})?")
_CUT = ("credit", "models")


def to_link(policy: Policy, base: Policy) -> str:
    """What differs from `base`; empty where nothing does.

    RefusedError `policy_link_too_long` where a link cannot hold it (a file can).
    """
    items = [f"{_place(path)}:{_value(value)}" for path, value in changed_values(base, policy)]
    made = "~".join(items)
    if len(made) > MAX_LENGTH or len(items) > MAX_ITEMS:
        raise RefusedError("policy_link_too_long", length=len(made), most=MAX_LENGTH)
    return made


def from_link(text: str, base: Policy) -> Policy:
    """The policy that a link means; `base` itself for an empty one.

    RefusedError: `policy_link_too_long`, `policy_link_broken` naming the item, or what a policy refuses.
    """
    if not text:
        return base
    items = text.split("~")
    if len(text) > MAX_LENGTH or len(items) > MAX_ITEMS:
        raise RefusedError("policy_link_too_long", length=len(text), most=MAX_LENGTH)
    plain = to_plain(base)
    for item in items:
        place, colon, value = item.partition(":")
        if not colon or not _put(plain, _path(place), _read(value, item)):
            raise RefusedError("policy_link_broken", item=item[:60])
    return read_plain(plain)


def _place(path: Path) -> str:
    if path[:2] == _CUT and path[3:] == ("cutoffs",):
        path = ("cut", path[2])
    return ".".join(_marked(step, "%~:.") for step in path)


def _path(place: str) -> Path:
    parts = tuple(unquote(p) for p in place.split("."))
    return (*_CUT, parts[1], "cutoffs") if parts[0] == "cut" and len(parts) == 2 else parts


def _marked(words: str, marks: str) -> str:
    """The words with the marks that mean something here written as %XX."""
    for mark in marks:
        words = words.replace(mark, f"%{ord(mark):02X}")
    return words


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return _number(value)
    if isinstance(value, str):
        return "'" + _marked(value, "%~")
    if isinstance(value, list) and value and all(_is_number(v) for v in value):
        return "-".join(map(_number, value)) + ("-" if len(value) == 1 else "")
    return "j" + _marked(json.dumps(value, ensure_ascii=False, separators=(",", ":")), "%~")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _number(value: float) -> str:
    return repr(value).removesuffix(".0").replace("-", "n").replace("+", "")


def _read(value: str, item: str) -> Any:
    if value in ("yes", "no"):
        return value == "yes"
    if value.startswith("'"):
        return unquote(value[1:])
    try:
        if value.startswith("j"):
            return json.loads(unquote(value[1:]), parse_constant=_no_constant)
        numbers = [_parsed(v) for v in value.removesuffix("-").split("-")]
    except (ValueError, RecursionError) as e:
        raise RefusedError("policy_link_broken", item=item[:60]) from e
    return numbers if "-" in value else numbers[0]


def _no_constant(name: str) -> float:
    raise ValueError(name)


def _parsed(text: str) -> float | int:
    if not _NUMBER.fullmatch(text):
        raise ValueError(text)
    number = text.replace("n", "-")
    whole = re.fullmatch("-?[0-9]+", number) and number != "-0"
    return int(number) if whole else float(number)


def _put(tree: Any, path: Path, value: Any) -> bool:
    """Set the value at a place that is there; False where it is not."""
    for step, last in zip(path, (*[False] * (len(path) - 1), True), strict=True):
        if isinstance(tree, list):
            names = names_of(tree) or []
            if last or step not in names:
                return False
            tree = tree[names.index(step)]
            continue
        if not isinstance(tree, dict) or step not in tree:
            return False
        if last:
            tree[step] = value
            return True
        tree = tree[step]
    return False
