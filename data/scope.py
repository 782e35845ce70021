"""Scope: which bills a figure is about. Its field names are the SQL parameters of every query."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any, Literal

from data.dimensions import DECLARED, Codes, Narrowing

Basis = Literal["assessment", "point"]


@dataclass(frozen=True)
class Scope(Narrowing):
    """One as-of date, one basis and the filters; an empty tuple means no filter on that field.

    `customers` are numbers. `allowed_orgs` is the signed-in user's own prefix list: it comes from the
    session, never from a link, and is applied beside `orgs` in every query.
    """

    as_of: date
    basis: Basis = "assessment"
    customers: Codes = ()
    allowed_orgs: Codes = ()

    def parameters(self, by: str = "", level: int = 0) -> dict[str, Any]:
        """The fields, and the key that rows have, as DuckDB parameters: tuples become lists."""
        values = {f.name: getattr(self, f.name) for f in fields(self)}
        lists = {name: list(v) if isinstance(v, tuple) else v for name, v in values.items()}
        return {**lists, "by": by, "level": level}

    def at(self, as_of: date) -> Scope:
        """The same scope as of another day."""
        return replace(self, as_of=as_of)

    def only(self, *kept: str) -> Scope:
        """The same with no filters but some, and the reader's own units: for what others do not narrow."""
        others: dict[str, Any] = dict.fromkeys(FILTERS.keys() - {*kept, "allowed_orgs"}, ())
        return replace(self, **others)

    def reaches(self, of: Literal["segment", "customer"]) -> bool:
        """Whether a filter is on what segments (customers) alone bear: smaller cubes do not hold it."""
        fields_of = (name for name, declared in DECLARED.items() if declared.of == of)
        return any(getattr(self, name) for name in fields_of) or (of == "customer" and bool(self.customers))


FILTERS: Mapping[str, str] = {
    **{field: declared.key for field, declared in DECLARED.items()},
    "customers": "owner",
    "allowed_orgs": "org",
}
"""The fields that narrow a scope, and the dimensions that their words are found under."""
