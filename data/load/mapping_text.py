"""A mapping changed by what a person chose, and its text: the same grammar that `--mapping` reads."""

from __future__ import annotations

import copy
import json
import re
import tomllib
from collections.abc import Mapping as Dict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from data.load.mapping import DEFAULT
from data.read.decoration import heading_key

_WHERE = ("from", "position")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
Raw = dict[str, Any]


@dataclass(frozen=True)
class Edit:
    """What was chosen for one file: its `table`, and by column one of its `headings`, empty for none.

    `unit` is that of the table's amounts, where one was chosen. A file that `is_bare` has no heading: its
    `headings` are places.
    """

    name: str
    table: str
    headings: Sequence[str]
    columns: Dict[str, str] = field(default_factory=dict)
    unit: str | None = None
    is_bare: bool = False


def built_in() -> Raw:
    """What the built-in mapping says."""
    return tomllib.loads(DEFAULT.read_text(encoding="utf-8"))


def changed(base: Raw | None, name: str, edits: Sequence[Edit], left_out: Sequence[str] = ()) -> Raw:
    """The mapping `base` (None: the built-in one) called `name`, with these edits; `left_out` are files."""
    raw: Raw = {"extends": "sg186"} if base is None else copy.deepcopy(base)
    raw = {"name": name, **{k: v for k, v in raw.items() if k != "name"}}
    tables: Raw = raw.setdefault("tables", {})
    beneath: Raw = built_in()["tables"] if raw.get("extends") else {}
    for edit in edits:
        table = tables.setdefault(edit.table, copy.deepcopy(beneath.get(edit.table, {})))
        _call(tables, beneath, edit)
        if edit.unit:
            table["unit"] = edit.unit
        if edit.columns:
            columns = table.setdefault("columns", {})
            if edit.is_bare:
                _place(columns, edit)
            else:
                _point(columns, edit)
    if left_out:
        raw["leave_out"] = list(dict.fromkeys([*raw.get("leave_out", ()), *left_out]))
    if edits and "leave_out" in raw:
        raw["leave_out"] = [n for n in raw["leave_out"] if n not in {e.name for e in edits}]
    return raw


def _call(tables: Raw, beneath: Raw, edit: Edit) -> None:
    """Files of this name are the edit's table, and no other's."""
    for other in {**beneath, **tables}:
        held: Raw = tables[other] if other in tables else beneath.get(other, {})
        names = [n for key in ("files", "archive") for n in _list(held.get(key, []))]
        if other != edit.table and edit.name in names:
            table: Raw = tables.setdefault(other, copy.deepcopy(held))
            for key in ("files", "archive"):
                if key in table:
                    table[key] = [n for n in _list(table[key]) if n != edit.name]
    own = tables[edit.table]
    if edit.name not in [edit.table, *_list(own.get("files", [])), *_list(own.get("archive", []))]:
        own["files"] = [*_list(own.get("files", [])), edit.name]


def _place(columns: Raw, edit: Edit) -> None:
    """Each chosen column at its place in a line."""
    for column, heading in edit.columns.items():
        held = columns.get(column)
        rest = {k: v for k, v in held.items() if k not in _WHERE} if isinstance(held, dict) else {}
        place: Raw = {"position": int(heading.removeprefix("#"))} if heading else {"from": []}
        columns[column] = {**rest, **place}


def _point(columns: Raw, edit: Edit) -> None:
    """Each chosen column at its heading; no other column at it, of none at any of the file's."""
    taken = {heading_key(h) for h in edit.columns.values() if h}
    here = {heading_key(h) for h in edit.headings}
    for column in {**columns, **edit.columns}:
        known = _headings(columns, column)
        if column in edit.columns:
            heading = edit.columns[column]
            rest = [h for h in known if heading_key(h) not in here and h != heading]
            wanted = [*([heading] if heading else []), *rest]
        else:
            wanted = [h for h in known if heading_key(h) not in taken]
        if wanted != known:
            held = columns.get(column)
            more = {k: v for k, v in held.items() if k != "position"} if isinstance(held, dict) else {}
            columns[column] = {**more, "from": wanted}


def _headings(columns: Raw, column: str) -> list[str]:
    held = columns.get(column, [])
    return _list(held.get("from", [])) if isinstance(held, dict) else [column, *_list(held)]


def _list(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


def toml_text(raw: Dict[str, Any]) -> str:
    """A mapping as TOML: what it says of itself, then its tables, each with a part for its columns."""
    lines = [f"{_key(k)} = {_value(v)}" for k, v in raw.items() if k != "tables"]
    for name, table in raw.get("tables", {}).items():
        plain = {k: v for k, v in table.items() if not (isinstance(v, dict) and v)}
        lines += ["", f"[tables.{_key(name)}]", *(f"{_key(k)} = {_value(v)}" for k, v in plain.items())]
        for part, inner in table.items():
            if part not in plain:
                lines += ["", f"[tables.{_key(name)}.{_key(part)}]"]
                lines += [f"{_key(k)} = {_value(v)}" for k, v in inner.items()]
    return "\n".join(lines) + "\n"


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _value(name)


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_key(k)} = {_value(v)}" for k, v in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(_value, value)) + "]"
    if isinstance(value, str):  # JSON's escapes are TOML's too, but for the one sign that JSON leaves alone
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return json.dumps(value) if isinstance(value, bool) else str(value)
