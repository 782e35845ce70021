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
DARK = Size("DENGTA_DARK", 1, 100, "pages that are read in Chinese in the dark as well")
BROKEN = Size("DENGTA_BROKEN", 2, 100, "pages that tell of a broken warehouse")
REPORT_DAYS = Size("DENGTA_REPORT_DAYS", 2, 3, "days of a report: any, a month's last, the extract's own")
SUMMED_DAYS = Size("DENGTA_SUMMED_DAYS", 1, 3, "days, beside two month ends, whose children add up")
OF_A_GRADE = Size("DENGTA_OF_A_GRADE", 1, 2, "customers of every model and grade whose file is asked")
CUTOFFS = Size("DENGTA_CUTOFFS", 30, 100, "scales whose moves are counted again by a plain loop")
ORACLE = Size("DENGTA_ORACLE_RUNS", 2, 200, "extracts whose figures are told again in plain Python")


def size(name: str) -> int:
    """How many of something are tried in this run."""
    return how_many(SIZES[name])


def how_many(of: Size) -> int:
    """What its variable says; without one, all where the run is a full one, else a little."""
    return int(os.environ.get(of.variable) or (of.full if os.environ.get("DENGTA_FULL") else of.small))
