"""What is asked of a sample, what came of it, and its calendar."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Encoding = Literal["utf-8", "gbk"]
FileFormat = Literal["csv", "parquet"]
Days = NDArray[np.int32]
"""Days since 1970-01-01."""

EXTRACT_DAY = 20
CHUNK = 40_000
"""Customers simulated and written at a time: the bound of the memory, and part of what the seed means."""


@dataclass(frozen=True)
class SampleSpec:
    """The arguments that decide every byte of a sample; `last_month` is the last bill month, yyyymm."""

    customers: int = 20_000
    months: int = 36
    seed: int = 1
    last_month: int = 202610
    encoding: Encoding = "utf-8"
    file_format: FileFormat = "csv"

    @property
    def first_index(self) -> int:
        """The first bill month as year × 12 + month − 1."""
        return month_index(self.last_month) - self.months + 1

    @property
    def extract_on(self) -> int:
        """The day the extract was taken: the 20th of the month after the last bill month."""
        return first_day(month_index(self.last_month) + 1) + EXTRACT_DAY - 1

    @property
    def chunks(self) -> list[slice]:
        """The customers in pieces of at most CHUNK."""
        return [slice(a, min(a + CHUNK, self.customers)) for a in range(0, self.customers, CHUNK)]

    def partition(self, t: int) -> str:
        """The yyyymm in the file names of big tables that bill month `t` (from 0) is written to.

        One file per bill month from 200,000 customers on, else one per year, named by its last month.
        """
        index = self.first_index + t
        if self.customers < 200_000:
            index = min(index // 12 * 12 + 11, month_index(self.last_month))
        return str(yyyymm(index))

    def rng(self, *what: int) -> np.random.Generator:
        """An independent stream for one purpose, whatever else was drawn before."""
        return np.random.Generator(np.random.SFC64(np.random.SeedSequence([self.seed, *what])))


@dataclass(frozen=True)
class SampleReport:
    """What was written: rows by table, files with their bytes, and the day the extract claims to be from."""

    out: Path
    first_month: int
    last_month: int
    extract_on: date
    rows: dict[str, int] = field(default_factory=dict)
    files: dict[str, int] = field(default_factory=dict)
    planted: int = 0


def month_index(month: int) -> int:
    """Months since year 0 of a yyyymm."""
    return month // 100 * 12 + month % 100 - 1


def yyyymm(index: int) -> int:
    """The yyyymm of a month index."""
    return index // 12 * 100 + index % 12 + 1


def first_day(index: int) -> int:
    """The first day of a month index, in days since 1970-01-01."""
    return (date(index // 12, index % 12 + 1, 1) - date(1970, 1, 1)).days


def as_date(day: int) -> date:
    """A day number as a date."""
    return date.fromordinal(day + 719_163)
