"""How much of each long run is done: a little in the ordinary suite, all by `python run.py test --full`."""

from __future__ import annotations

import os
from typing import NamedTuple


class Size(NamedTuple):
    """A size: the variable that sets it, how many in the ordinary suite and in full, and what they are."""

    variable: str
    small: int
    full: int
    what: str


SIZES = {
    "kills": Size("DENGTA_KILLS", 1, 100, "loads, and processes that decide, that are killed"),
    "mutants": Size("DENGTA_MUTANTS", 100, 10_000, "extracts that are damaged"),
    "arrivals": Size("DENGTA_ARRIVALS", 2, 100, "damaged files of each kind that arrives"),
    "flips": Size("DENGTA_FLIPS", 8, 2_000, "bits that are flipped in each kind of kept file"),
    "links": Size("DENGTA_LINKS", 6, 500, "links by each role"),
    "downloads": Size("DENGTA_DOWNLOADS", 6, 500, "files taken by each role"),
}
"""What `python -m tests.attack` tries."""
ROWS = Size("DENGTA_ROWS", 10, 25, "rows of the list that are held against the customers' own files")
ARRIVING = Size("DENGTA_ARRIVING", 1, 20, "tables that arrive in every kind of file")
ON_TOP = Size("DENGTA_ON_TOP", 2, 40, "warehouses to which one thing after another is added")
ORACLE = Size("DENGTA_ORACLE_RUNS", 2, 200, "extracts whose figures are told again in plain Python")


def size(name: str) -> int:
    """How many of something are tried in this run."""
    return how_many(SIZES[name])


def how_many(of: Size) -> int:
    """What its variable says; without one, all where the run is a full one, else a little."""
    return int(os.environ.get(of.variable) or (of.full if os.environ.get("DENGTA_FULL") else of.small))
