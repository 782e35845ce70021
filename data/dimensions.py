"""What bills and customers are narrowed to and grouped by: a dimension is declared once, here, as one line.

A line is a field of every scope and of a reader's filters. Links, boxes, words and questions derive from it;
a static query that does not ask for a field that is set is refused (`data.ask.sql_files`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal, get_args, get_type_hints

Codes = tuple[str, ...]
Dimension = Literal["org", "class", "elec_type", "volt", "industry", "pay_mode", "area", "collector", "owner"]
"""A dimension's key: what questions are asked `by`, and what words are found under."""
DIMENSIONS: tuple[Dimension, ...] = get_args(Dimension)


@dataclass(frozen=True)
class Declared:
    """A dimension: its key, its name in a link, and what bears it: every cube (`core`), a bill's `segment`,
    or the `customer`.

    `by_prefix`: a code stands for all codes that begin with it. `is_hidden`: a code says who somebody is, and
    is opaque in a link.
    """

    key: Dimension
    link: str
    of: Literal["core", "segment", "customer"]
    by_prefix: bool = False
    is_hidden: bool = False


@dataclass(frozen=True, kw_only=True)
class Narrowing:
    """The codes that are chosen of each dimension; none of a dimension narrows nothing."""

    orgs: Annotated[Codes, Declared("org", "org", "core", by_prefix=True)] = ()
    classes: Annotated[Codes, Declared("class", "class", "core")] = ()
    elec_types: Annotated[Codes, Declared("elec_type", "elec", "segment", by_prefix=True)] = ()
    volts: Annotated[Codes, Declared("volt", "volt", "segment")] = ()
    industries: Annotated[Codes, Declared("industry", "trade", "segment", by_prefix=True)] = ()
    pay_modes: Annotated[Codes, Declared("pay_mode", "pay", "segment", by_prefix=True)] = ()
    areas: Annotated[Codes, Declared("area", "area", "customer")] = ()
    collectors: Annotated[Codes, Declared("collector", "collector", "customer")] = ()
    owners: Annotated[Codes, Declared("owner", "owner", "customer", is_hidden=True)] = ()


DECLARED: Mapping[str, Declared] = {
    field: hint.__metadata__[0] for field, hint in get_type_hints(Narrowing, include_extras=True).items()
}
"""Every dimension by its field."""
FIELD_OF: Mapping[Dimension, str] = {declared.key: field for field, declared in DECLARED.items()}
