"""Typed functions over the queries that names, pickers and bounds come from."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pandas as pd

from data.ask.answers import asked_once
from data.ask.sql_files import Database, frame, text_of
from data.scope import Scope


@asked_once
def orgs(db: Database) -> pd.DataFrame:
    """Units of the tree: org_no, org_name, parent_no, org_type, depth (0 at the top), in code order."""
    return frame(db, text_of("orgs"), {})


def names(db: Database, by: str, keys: Sequence[str]) -> pd.DataFrame:
    """Names of the keys of a dimension, one row per key that has one: key, name, has_children."""
    return frame(db, text_of("names"), {"by": by, "keys": list(keys)})


def code_names(db: Database) -> pd.DataFrame:
    """What the extracts call codes and people, one row each: dimension, code, name."""
    return frame(db, text_of("code_names"), {})


def choices(db: Database, by: str, allowed_orgs: Sequence[str]) -> pd.DataFrame:
    """What a filter can offer within the allowed units: key, customers (of units also name, parent,
    depth).
    """
    name = "org_choices" if by == "org" else "choices"
    return frame(db, text_of(name), Scope(date.min, allowed_orgs=tuple(allowed_orgs)).parameters(by))


def key_units(db: Database, by: str) -> pd.DataFrame:
    """The unit of each transformer area or collector, one row per key: key, org_no."""
    return frame(db, text_of("key_units"), {"by": by})


@asked_once
def facts(db: Database) -> pd.DataFrame:
    """What the snapshot holds, one row."""
    return frame(db, text_of("facts"), {})


def customer_numbers(db: Database) -> pd.DataFrame:
    """Customer numbers of the customer file and of the bills, one row each, in order: cons_no, org_no."""
    return frame(db, text_of("customer_numbers"), {})
