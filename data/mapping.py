"""A mapping says which file is which table, and which heading is which column; read from TOML."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping as Dict
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from data.errors import InputError
from data.extract_tables import TABLES

FOLDER = Path(__file__).parent / "mappings"
DEFAULT = FOLDER / "sg186.toml"

TRANSFORMS = ("row_number", "number_of_name", "trim", "month_of_date", "unsigned")
"""The closed set: an id from the file and line; a stable number from a name; blanks off; yyyymm of a date;
no sign."""
UNITS = {"yuan": 100, "fen": 1}
_RULE_KEYS = {"from", "constant", "date", "transform", "plus_days", "add_days"}


@dataclass(frozen=True)
class ColumnRule:
    """Where one column comes from: the first of `headings` that the file has, or a constant."""

    headings: tuple[str, ...] = ()
    constant: str | None = None
    date: str | None = None
    transform: str | None = None
    plus_days: str | None = None
    add_days: int = 0


@dataclass(frozen=True)
class TableRule:
    """How files of one table are recognised and read; `needs` are the columns it cannot do without."""

    table: str
    files: tuple[str, ...]
    archive: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    unit: str = "yuan"
    columns: Dict[str, ColumnRule] = field(default_factory=dict)
    facts: Dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Mapping:
    """All tables of one kind of source. With `shared` a file feeds every table it fits, else the best one."""

    name: str
    tables: Dict[str, TableRule]
    requires_bills: bool = True
    shared: bool = False


def read_mapping(path: Path | None = None) -> Mapping:
    """The mapping in `path`, else the built-in one; InputError says what is wrong in it."""
    chosen = path or DEFAULT
    try:
        raw = tomllib.loads(chosen.read_text(encoding="utf-8-sig"))
    except FileNotFoundError as e:
        raise InputError("no_such_mapping", path=str(chosen), known=example_names()) from e
    except (OSError, UnicodeDecodeError) as e:
        raise InputError("mapping_not_readable", path=str(chosen)) from e
    except tomllib.TOMLDecodeError as e:
        raise InputError("mapping_not_toml", path=chosen.name, detail=str(e)) from e
    return mapping_of(raw, chosen.name)


def example_names() -> list[str]:
    """Paths of the mappings that ship with the project."""
    return sorted(str(p.relative_to(FOLDER.parent.parent)) for p in FOLDER.rglob("*.toml"))


def mapping_of(raw: Dict[str, Any], file: str) -> Mapping:
    """A mapping from parsed TOML; `extends = "sg186"` starts from the built-in one."""
    _only(raw, {"name", "extends", "requires_bills", "shared", "tables"}, file, "")
    base: dict[str, TableRule] = {}
    if raw.get("extends"):
        if raw["extends"] != "sg186":
            raise InputError(
                "mapping_unknown_name", file=file, name=raw["extends"], place="extends", hint="sg186"
            )
        base = dict(read_mapping().tables)
    if not isinstance(raw.get("tables", {}), dict):
        raise InputError("mapping_wrong_value", file=file, place="tables")
    for table, rules in raw.get("tables", {}).items():
        if table not in TABLES:
            raise _unknown(file, table, "tables", list(TABLES))
        if not isinstance(rules, dict):
            raise InputError("mapping_wrong_value", file=file, place=table)
        base[table] = _table_rule(table, rules, file)
    if not base:
        raise InputError("mapping_empty", file=file)
    requires, shared = raw.get("requires_bills", True), raw.get("shared", False)
    return Mapping(str(raw.get("name", Path(file).stem)), base, bool(requires), bool(shared))


def _table_rule(table: str, raw: Dict[str, Any], file: str) -> TableRule:
    _only(raw, {"files", "archive", "needs", "unit", "columns", "facts"}, file, table)
    known = TABLES[table].columns
    columns: dict[str, ColumnRule] = {}
    for column, rule in _dict(raw, "columns", file, table).items():
        if column not in known:
            raise _unknown(file, column, table, list(known))
        columns[column] = _column_rule(column, rule, file, f"{table}.{column}")
    needs = _texts(raw.get("needs", []), file, f"{table}.needs")
    for column in needs:
        if column not in known:
            raise _unknown(file, column, f"{table}.needs", list(known))
    if raw.get("unit", "yuan") not in UNITS:
        raise _unknown(file, str(raw["unit"]), f"{table}.unit", list(UNITS))
    archive = _texts(raw.get("archive", []), file, f"{table}.archive")
    files = (table, *_texts(raw.get("files", []), file, f"{table}.files"), *archive)
    facts = {str(k): str(v) for k, v in _dict(raw, "facts", file, table).items()}
    return TableRule(table, files, archive, needs, raw.get("unit", "yuan"), columns, facts)


def _column_rule(column: str, raw: object, file: str, place: str) -> ColumnRule:
    if isinstance(raw, str | list):
        return ColumnRule((column, *_texts(raw, file, place)))
    if not isinstance(raw, dict):
        raise InputError("mapping_wrong_value", file=file, place=place)
    _only(raw, _RULE_KEYS, file, place)
    transform = raw.get("transform")
    if transform is not None and transform not in TRANSFORMS:
        raise _unknown(file, str(transform), place, list(TRANSFORMS))
    rule = ColumnRule(
        headings=_texts(raw.get("from", []), file, place),
        constant=None if "constant" not in raw else str(raw["constant"]),
        transform=transform,
    )
    for key in ("date", "plus_days"):
        if key in raw and not isinstance(raw[key], str):
            raise InputError("mapping_wrong_value", file=file, place=f"{place}.{key}")
    if not isinstance(raw.get("add_days", 0), int):
        raise InputError("mapping_wrong_value", file=file, place=f"{place}.add_days")
    days, more = raw.get("plus_days"), raw.get("add_days", 0)
    return replace(rule, date=raw.get("date"), plus_days=days, add_days=more)


def _texts(raw: object, file: str, place: str) -> tuple[str, ...]:
    values = [raw] if isinstance(raw, str) else raw
    if not isinstance(values, list) or not all(isinstance(v, str) for v in values):
        raise InputError("mapping_wrong_value", file=file, place=place)
    return tuple(values)


def _dict(raw: Dict[str, Any], key: str, file: str, place: str) -> Dict[str, Any]:
    value = raw.get(key, {})
    if not isinstance(value, dict):
        raise InputError("mapping_wrong_value", file=file, place=f"{place}.{key}")
    return value


def _only(raw: Dict[str, Any], known: set[str], file: str, place: str) -> None:
    for name in raw:
        if name not in known:
            raise _unknown(file, name, place or "TOML", sorted(known))


def _unknown(file: str, name: str, place: str, known: list[str]) -> InputError:
    near = get_close_matches(name.upper(), [k.upper() for k in known], 1, 0.5)
    hint = next((k for k in known if near and k.upper() == near[0]), "、".join(known[:8]))
    return InputError("mapping_unknown_name", file=file, name=name, place=place, hint=hint)
