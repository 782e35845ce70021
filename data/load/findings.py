"""What is found in a load that may be wrong, and what it is compared with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from data.load.amount_sizes import Sizes

EXAMPLES = 5
Row = dict[str, Any]


@dataclass(frozen=True)
class MonthTotals:
    """What one month comes to: bills, and fen billed and received."""

    bills: int
    billed: int
    received: int


@dataclass(frozen=True)
class Before:
    """What the last snapshot holds: the month of its extract, its totals by month, its bills' sizes by class
    as well, and the bill months that received another size than they are of.
    """

    extract_month: int
    months: Mapping[int, MonthTotals]
    sizes: Sizes = field(default_factory=dict)
    odd_received: tuple[int, ...] = ()


@dataclass(frozen=True)
class Finding:
    """Why a load is held: `found` records of `of` that it brings, over a `limit`; of one `table` or of all.

    `months` are those that are missing or changed. `examples` say where to look: file and line, month, fen
    before and after, column and reason.
    """

    what: str
    table: str
    found: int
    of: int
    limit: float
    months: tuple[int, ...] = ()
    examples: tuple[Row, ...] = field(default=(), compare=False)

    @property
    def of_what(self) -> tuple[str, str]:
        """What tells it from other findings of a load."""
        return self.what, self.table
