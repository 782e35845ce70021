"""A mapping says which file is which table, and which heading is which column; read from TOML."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from collections.abc import Mapping as Dict
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any, cast

from data.errors import InputError
from data.load.extract_tables import TABLES
from data.load.value_words import Skip, Values, skip_of, values_of
from data.read.apart import read_apart
from data.read.decoration import bare_heading, heading_key
from data.read.sheets import MOST_COLUMNS

FOLDER = Path(__file__).parents[1] / "mappings"
DEFAULT = FOLDER / "sg186.toml"

TRANSFORMS = ("row_number", "number_of_name", "trim", "month_of_date", "unsigned")
"""The closed set: an id from the file and line; a stable number from a name; blanks off; yyyymm of a date;
no sign."""
UNITS = {"yuan": 100, "fen": 1, "thousand_yuan": 10**5, "wan_yuan": 10**6}
MOST_BYTES = 1_000_000
MOST_DAYS = 36_500
MOST_ARCHIVES = 20
_DATE_FORM = re.compile(r"(?:[^%\0]|%-?[a-dfghjmnpuwxyzABGHIMSTUVWXYZ%]){1,60}")
"""What the database can read a day by."""
_DATED = re.compile(r"([_\-. ]*[0-9]{4,8})+$|\s*\(\d+\)$")
_RULE_KEYS = {"from", "position", "constant", "date", "transform", "plus_days", "add_days", "values"}
_TABLE_KEYS = {"files", "archive", "needs", "never", "skip", "unit", "columns", "facts", "key", "changed"}
_KEYS = {"name", "extends", "requires_bills", "shared", "leave_out", "archives", "tables"}


@dataclass(frozen=True)
class ColumnRule:
    """Where one column comes from: the first of `headings` that the file has, or a constant.

    `values` are what the source writes and what is meant; what they do not name stays as it came.
    """

    headings: tuple[str, ...] = ()
    constant: str | None = None
    date: str | None = None
    transform: str | None = None
    plus_days: str | None = None
    add_days: int = 0
    values: Values = ()


@dataclass(frozen=True)
class TableRule:
    """How files of one table are recognised and read.

    `needs` are the columns it cannot do without, `never` headings that only another table has. A record with
    one of the texts of `skip` under that heading is none of this table's. Where the table is read from a
    database, `key` is the column that it is read along, and `changed` the one that tells when a row was last
    written. Files of a `bare` table have no heading: columns go by position.
    """

    table: str
    files: tuple[str, ...]
    archive: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    skip: Skip = ()
    unit: str = "yuan"
    columns: Dict[str, ColumnRule] = field(default_factory=dict)
    facts: Dict[str, str] = field(default_factory=dict)
    key: str | None = None
    changed: str | None = None
    bare: bool = False

    def vocabulary(self) -> frozenset[str]:
        """Every heading that this table knows, as headings are compared."""
        rules = self.columns.values()
        words = [*TABLES[self.table].columns, *(h for rule in rules for h in rule.headings)]
        words += [*self.facts.values(), *(rule.plus_days for rule in rules if rule.plus_days)]
        words += [word for word in (self.key, self.changed) if word]
        words += [*self.never, *(heading for heading, _ in self.skip)]
        return frozenset(map(heading_key, words))


@dataclass(frozen=True)
class Mapping:
    """All tables of one kind of source. With `shared` a file feeds every table it fits, else the best one.

    Files called as `leave_out` says are not read. `raw` is what its file said, None of the built-in one.
    """

    name: str
    tables: Dict[str, TableRule]
    requires_bills: bool = True
    shared: bool = False
    leave_out: tuple[str, ...] = ()
    raw: dict[str, Any] | None = field(default=None, compare=False, repr=False)

    def leaves_out(self, hints: Iterable[str]) -> bool:
        """Whether a file of these names (the closest first) is not to be read."""
        names = {name.upper() for name in self.leave_out}
        return any(hint.upper() in names or bare_name(hint).upper() in names for hint in hints)

    def vocabulary(self) -> frozenset[str]:
        """Every heading that some table knows, as headings are compared."""
        return frozenset(word for rule in self.tables.values() for word in rule.vocabulary())


def read_mapping(path: Path | None = None) -> Mapping:
    """The mapping in `path`, else the built-in one; InputError says what is wrong in it."""
    return _built_in() if path is None else mapping_of(mapping_file(path), path.name)


@cache
def _built_in() -> Mapping:
    return replace(mapping_of(tomllib.loads(DEFAULT.read_text(encoding="utf-8")), DEFAULT.name), raw=None)


@cache
def shipped_mappings() -> tuple[Mapping, ...]:
    """The built-in mapping, and those of the dialects that are recognised by themselves."""
    others = sorted(path for path in FOLDER.glob("*.toml") if path != DEFAULT)
    said = [(tomllib.loads(path.read_text(encoding="utf-8")), path.name) for path in others]
    return (_built_in(), *(mapping_of(raw, name) for raw, name in said))


def mapping_file(path: Path) -> dict[str, Any]:
    """What a file of a mapping holds, parsed apart; InputError where it is none."""
    try:
        with path.open("rb") as f:
            content = f.read(MOST_BYTES + 1)
    except FileNotFoundError as e:
        raise InputError("no_such_mapping", path=str(path), known=example_names()) from e
    except (OSError, ValueError) as e:
        raise InputError("mapping_not_readable", path=str(path)) from e
    if len(content) > MOST_BYTES:
        raise InputError("mapping_too_big", path=path.name)
    (raw,) = read_apart("toml", content, path.name)
    return cast(dict[str, Any], raw)


def bare_name(stem: str) -> str:
    """A file's name without the month or day at its end: what next month's file is called too."""
    return _DATED.sub("", stem).strip() or stem


def example_names() -> list[str]:
    """Paths of the mappings that ship with the project."""
    return sorted(str(p.relative_to(FOLDER.parent.parent)) for p in FOLDER.rglob("*.toml"))


def mapping_of(raw: Dict[str, Any], file: str) -> Mapping:
    """A mapping from parsed TOML; `extends = "sg186"` starts from the built-in one."""
    _only(raw, _KEYS, file, "")
    base: dict[str, TableRule] = {}
    if raw.get("extends", "") != "":
        if raw["extends"] != "sg186":
            name = _shown(raw["extends"])
            raise InputError("mapping_unknown_name", file=file, name=name, place="extends", hint="sg186")
        base = dict(read_mapping().tables)
    if not isinstance(raw.get("tables", {}), dict):
        raise InputError("mapping_wrong_value", file=file, place="tables")
    archives = _archives(raw, file)
    for table, rules in raw.get("tables", {}).items():
        if table not in TABLES:
            raise _unknown(file, table, "tables", list(TABLES))
        if not isinstance(rules, dict):
            raise InputError("mapping_wrong_value", file=file, place=table)
        base[table] = _table_rule(table, rules, file, archives)
    if not base:
        raise InputError("mapping_empty", file=file)
    for key, kind in (("name", str), ("requires_bills", bool), ("shared", bool)):
        _be(kind, raw.get(key, kind()), file, key)
    requires, shared = raw.get("requires_bills", True), raw.get("shared", False)
    left_out = _texts(raw.get("leave_out", []), file, "leave_out")
    name = raw.get("name", Path(file).stem)
    return Mapping(name, base, requires, shared, left_out, {**raw, "name": name})


def _archives(raw: Dict[str, Any], file: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What stands before and after a table's name where it is the archive of it."""
    said = _dict(raw, "archives", file, "TOML")
    _only(said, {"prefix", "suffix"}, file, "archives")
    before, after = (_texts(said.get(key, []), file, f"archives.{key}") for key in ("prefix", "suffix"))
    if not all((*before, *after, True)) or len(before) + len(after) > MOST_ARCHIVES:
        raise InputError("mapping_wrong_value", file=file, place="archives")
    return before, after


def _table_rule(
    table: str, raw: Dict[str, Any], file: str, archives: tuple[tuple[str, ...], tuple[str, ...]]
) -> TableRule:
    _only(raw, _TABLE_KEYS, file, table)
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
    if raw.get("unit", "yuan") not in tuple(UNITS):
        raise _unknown(file, _shown(raw["unit"]), f"{table}.unit", list(UNITS))
    live = (table, *_texts(raw.get("files", []), file, f"{table}.files"))
    before, after = archives
    archive = (
        *_texts(raw.get("archive", []), file, f"{table}.archive"),
        *(f"{start}{name}" for name in live for start in before),
        *(f"{name}{end}" for name in live for end in after),
    )
    files = (*live, *archive)
    never = _texts(raw.get("never", []), file, f"{table}.never")
    skip = skip_of(_dict(raw, "skip", file, table), file, f"{table}.skip")
    facts = _dict(raw, "facts", file, table)
    for fact, heading in facts.items():
        _be(str, heading, file, f"{table}.facts.{fact}")
    for word in ("key", "changed"):
        _be(str, raw.get(word, word), file, f"{table}.{word}")
    key, changed = raw.get("key") or None, raw.get("changed") or None
    bare = any(isinstance(rule, dict) and "position" in rule for rule in raw.get("columns", {}).values())
    unit = raw.get("unit", "yuan")
    return TableRule(table, files, archive, needs, never, skip, unit, columns, facts, key, changed, bare)


def _column_rule(column: str, raw: object, file: str, place: str) -> ColumnRule:
    if isinstance(raw, str | list):
        return ColumnRule((column, *_texts(raw, file, place)))
    if not isinstance(raw, dict):
        raise InputError("mapping_wrong_value", file=file, place=place)
    _only(raw, _RULE_KEYS, file, place)
    transform, constant, form = raw.get("transform"), raw.get("constant", ""), raw.get("date", "%Y")
    if transform is not None and transform not in TRANSFORMS:
        raise _unknown(file, _shown(transform), place, list(TRANSFORMS))
    _be((str, int, float), constant, file, f"{place}.constant")
    _be(str, form, file, f"{place}.date")
    _be(str, raw.get("plus_days", ""), file, f"{place}.plus_days")
    _be(int, raw.get("add_days", 0), file, f"{place}.add_days")
    if not _DATE_FORM.fullmatch(form):
        raise InputError("mapping_wrong_value", file=file, place=f"{place}.date")
    if abs(raw.get("add_days", 0)) > MOST_DAYS:
        raise InputError("mapping_wrong_value", file=file, place=f"{place}.add_days")
    position = raw.get("position", 1)
    _be(int, position, file, f"{place}.position")
    if not 1 <= position <= MOST_COLUMNS or {"from", "position"} <= set(raw):
        raise InputError("mapping_wrong_value", file=file, place=f"{place}.position")
    headings = _texts(raw.get("from", []), file, place)
    return ColumnRule(
        headings=(bare_heading(position),) if "position" in raw else headings,
        constant=None if "constant" not in raw else str(constant),
        date=raw.get("date"),
        transform=transform,
        plus_days=raw.get("plus_days"),
        add_days=raw.get("add_days", 0),
        values=values_of(_dict(raw, "values", file, place), file, f"{place}.values"),
    )


def _be(kind: type | tuple[type, ...], value: object, file: str, place: str) -> None:
    """Refuse a value of another form; yes and no are no numbers."""
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool) or "\0" in str(value):
        raise InputError("mapping_wrong_value", file=file, place=place)


def _shown(value: object) -> str:
    """A value as a sentence can hold it."""
    text = str(value)
    return text if len(text) <= 40 else f"{text[:40]}…"


def _texts(raw: object, file: str, place: str) -> tuple[str, ...]:
    values = [raw] if isinstance(raw, str) else raw
    if not isinstance(values, list) or not all(isinstance(v, str) and "\0" not in v for v in values):
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
    name = _shown(name)
    near = get_close_matches(name.upper(), [k.upper() for k in known], 1, 0.5)
    hint = next((k for k in known if near and k.upper() == near[0]), "、".join(known[:8]))
    return InputError("mapping_unknown_name", file=file, name=name, place=place, hint=hint)
