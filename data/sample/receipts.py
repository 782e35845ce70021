"""Receipt lines as they are drafted for a month's bills, and what is kept on the extract's day."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from data.sample.bills import Money
from data.sample.customers import Ints
from data.sample.spec import SampleSpec

CASH, DEBIT, SET_OFF, TRANSFER, REVERSAL, REFUND, CHEQUE, CATCH_UP = range(8)
TYPE_CODES = ["10", "11", "31", "30", "21", "20", "10", "10"]
"""A_PAY_FLOW's TYPE_CODE by kind of receipt."""


@dataclass(frozen=True)
class Receipts:
    """One row per receipt line: its bill's position, day, fen, late fee, kind, the line reversed (or -1)."""

    bill: Ints
    day: Ints
    amount: Money
    penalty: Money
    kind: NDArray[np.int8]
    reverses: Ints


@dataclass
class Payments:
    """What came of a month's bills; positions are those of the bills."""

    receipts: Receipts
    penalty: Money
    """Late fee that had run on each bill by its payment or the extract."""
    top_ups: tuple[Ints, Ints, Money]
    """Prepayments: customer (in the chunk), day, fen."""
    cheques: tuple[Ints, Ints, Ints, Money]
    """Bill, day received, day cleared (NEVER: not yet), fen."""
    written_off: tuple[Ints, Ints, Ints]
    """Bill, day approved, day cancelled (NEVER: not yet)."""
    closed_twice: Ints
    """Bills that were settled once and are open again after a reversal."""


@dataclass
class Draft:
    """Receipts as they are collected, before those after the extract are dropped."""

    rows: list[tuple[Ints, Ints, Money, Money, int, Ints]] = field(default_factory=list)
    count: int = 0

    def add(
        self,
        bill: Ints,
        day: Ints,
        amount: Money,
        kind: int,
        penalty: Money | None = None,
        reverses: Ints | None = None,
    ) -> Ints:
        """Append lines; their positions."""
        n = len(bill)
        none = np.full(n, -1, dtype=np.int32)
        fee = np.zeros(n, dtype=np.int64) if penalty is None else penalty
        self.rows.append((bill, day, amount, fee, kind, none if reverses is None else reverses))
        self.count += n
        return np.arange(self.count - n, self.count, dtype=np.int32)


def seen_receipts(draft: Draft, spec: SampleSpec) -> Receipts:
    """The lines dated by the extract's day, in the order drafted."""
    bill, day, amount, fee = (np.concatenate([r[i] for r in draft.rows]) for i in range(4))
    kind = np.repeat(np.array([r[4] for r in draft.rows], dtype=np.int8), [len(r[0]) for r in draft.rows])
    reverses = np.concatenate([r[5] for r in draft.rows])
    seen = day <= spec.extract_on
    place = np.cumsum(seen, dtype=np.int32) - 1
    reverses = np.where(reverses >= 0, place[reverses], -1).astype(np.int32)
    return Receipts(
        bill[seen].astype(np.int32),
        day[seen].astype(np.int32),
        amount[seen],
        fee[seen],
        kind[seen],
        reverses[seen],
    )


def last_receipt_on_extract_day(paid: Payments, spec: SampleSpec) -> None:
    """Move the latest plain receipt to the extract's own day, so that its date can be read from it."""
    lines = paid.receipts
    plain = np.flatnonzero((lines.kind == CASH) & (lines.amount > 0) & (lines.penalty == 0))
    reversed_ = np.isin(plain, lines.reverses)
    plain = plain[~reversed_]
    if len(plain):
        lines.day[plain[np.argmax(lines.day[plain])]] = spec.extract_on
