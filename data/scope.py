"""Scope: which bills a figure is about. Its field names are the SQL parameters of every query."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any, Literal

Basis = Literal["assessment", "point"]


@dataclass(frozen=True)
class Scope:
    """One as-of date, one basis and the filters; an empty tuple means no filter on that field.

    `orgs`, `elec_types`, `industries` and `pay_modes` hold code *prefixes* (a unit includes its sub-units);
    the others hold whole codes. `allowed_orgs` is the signed-in user's own prefix list: it comes from the
    session, never from a link, and is applied beside `orgs` in every query.
    """

    as_of: date
    basis: Basis = "assessment"
    orgs: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    elec_types: tuple[str, ...] = ()
    volts: tuple[str, ...] = ()
    industries: tuple[str, ...] = ()
    pay_modes: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    collectors: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    customers: tuple[str, ...] = ()
    allowed_orgs: tuple[str, ...] = ()

    def parameters(self) -> dict[str, Any]:
        """The fields as DuckDB parameters: tuples become lists."""
        values = {f.name: getattr(self, f.name) for f in fields(self)}
        return {name: list(v) if isinstance(v, tuple) else v for name, v in values.items()}

    def at(self, as_of: date) -> Scope:
        """The same scope as of another day."""
        return replace(self, as_of=as_of)

    @property
    def needs_customers(self) -> bool:
        """Whether a filter reaches below what the segment cubes hold (area, collector, owner, customer)."""
        return bool(self.areas or self.collectors or self.owners or self.customers)
