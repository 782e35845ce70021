"""The bills of one month: energy, money, kind, and the days of issue and due date."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data.sample.behaviour import DUE_AFTER, SEASON, Book, by_class, recession_at
from data.sample.customers import AWAY, HIGH, RESIDENT, Bools, Customers, Ints, Small
from data.sample.layout import issue_offset
from data.sample.spec import SampleSpec, first_day, month_index, yyyymm
from data.sample.words import ELEC_PRICES, ELEC_TYPES

Money = NDArray[np.int64]

KINDS = ["", "01", "04", "05", "11", "12"]
"""AMT_TYPE by `kind`."""
UNSAID, NORMAL, FIRST, EXTRA, SECOND, THIRD = range(6)


@dataclass(frozen=True)
class Bills:
    """One row per bill; `who` is the position in the chunk, money in fen, `t` the bill month."""

    t: int
    who: Ints
    kwh: Money
    amount: Money
    issued: Ints
    due: Ints
    kind: Small
    hidden: Bools
    planned: Money
    """For high-voltage customers who pay in instalments: what each instalment is, else 0."""

    def __len__(self) -> int:
        return len(self.who)


def make_bills(people: Customers, book: Book, spec: SampleSpec, t: int, rng: np.random.Generator) -> Bills:
    """The month's bills in order of customers, then the unusual ones."""
    issued = first_day(spec.first_index + t) + issue_offset(people)
    tardy = (people.sort != HIGH) & (rng.random(len(people)) < 0.006)
    issued = np.where(tardy, first_day(spec.first_index + t + 1) + rng.integers(1, 6, len(people)), issued)
    billed = (people.built < issued - 5) & (people.closed >= issued - 25) & (issued <= spec.extract_on)
    billed &= ~(people.bimonthly & ((spec.first_index + t) % 2 == 0))
    who = np.flatnonzero(billed).astype(np.int32)
    kwh = _energy(people, book, spec, t, rng)[who]
    amount = _money(people, t, who, kwh)
    due = issued[who] + by_class(DUE_AFTER, people.sort[who]).astype(np.int32)
    unsaid = rng.random(len(who)) < 0.004
    planned = _instalments(people, book, who, amount, rng)
    kind = np.where(unsaid, UNSAID, NORMAL).astype(np.int8)
    plain = Bills(
        t, who, kwh, amount, issued[who].astype(np.int32), due, kind, np.zeros(len(who), bool), planned
    )
    return _join([plain, *_unusual(people, spec, plain, rng), *_instalment_rows(people, spec, plain)])


def _energy(people: Customers, book: Book, spec: SampleSpec, t: int, rng: np.random.Generator) -> Money:
    month, n = (spec.first_index + t) % 12, len(people)
    season = by_class({k: v[month] for k, v in SEASON.items()}, people.sort)
    before = by_class({k: v[month - 1] for k, v in SEASON.items()}, people.sort)
    season = season + np.where(people.bimonthly, before, 0)
    firm = people.sort != RESIDENT
    strain = np.where(firm, 0.045, 0.01) * book.stress + np.where(book.spell & firm, 0.12, 0.0)
    strain += recession_at(people, spec, t) * np.where(firm, 0.22, 0.02)
    noise = np.where(firm, 0.10, 0.16) * rng.standard_normal(n)
    use = people.use * season * np.exp(noise - strain) * (1 + 0.03 * t / 12)
    away = people.payer == AWAY
    return np.where(away, np.floor(use), np.round(use)).astype(np.int64)


def _money(people: Customers, t: int, who: Ints, kwh: Money) -> Money:
    sort = np.where(people.changed[who] > t, people.old_sort[who], people.sort[who])
    elec = np.where(people.changed[who] > t, people.old_elec[who], people.elec[who])
    price = np.array(ELEC_PRICES)[elec]
    yuan = kwh * price
    steps = np.where(people.bimonthly[who], 2, 1)
    tiers = 0.05 * np.maximum(kwh - 220 * steps, 0) + 0.25 * np.maximum(kwh - 400 * steps, 0)
    yuan = yuan + np.where(sort == RESIDENT, tiers, 0)
    large = (elec == ELEC_TYPES.index("101")) & (sort == HIGH)
    yuan = yuan + np.where(large, people.run_cap[who] * 21.0, 0)
    fen: Money = np.round(yuan * 100).astype(np.int64)
    return fen


def _instalments(people: Customers, book: Book, who: Ints, amount: Money, rng: np.random.Generator) -> Money:
    chosen = people.instalments[who] & ~book.spell[who] & (amount > 2_000_000) & (rng.random(len(who)) < 0.92)
    return np.where(chosen, amount * 3 // 10 // 100_000 * 100_000, 0).astype(np.int64)


def _unusual(people: Customers, spec: SampleSpec, plain: Bills, rng: np.random.Generator) -> list[Bills]:
    """Refunds and additional charges for the same month, rows kept from sight, and charges for theft."""
    n = len(plain)
    draw = rng.random(n)
    share = rng.random(n)
    refund = np.flatnonzero((draw < 0.0015) & (plain.amount > 1_000))
    more = np.flatnonzero((draw > 0.0015) & (draw < 0.0025) & (plain.amount > 1_000))
    hidden = np.flatnonzero((draw > 0.9995) & (plain.amount > 0))
    month = yyyymm(spec.first_index + plain.t)
    when = people.theft[plain.who]
    start = first_day(month_index(month))
    stolen = np.flatnonzero((when >= start) & (when < first_day(month_index(month) + 1)))
    part = (plain.amount * (0.05 + 0.6 * share)).astype(np.int64)
    return [
        _like(plain, refund, -part[refund], NORMAL, 3, spec),
        _like(plain, more, part[more], NORMAL, 3, spec),
        _like(plain, hidden, plain.amount[hidden], NORMAL, 0, spec, hidden=True),
        _like(plain, stolen, theft_amount(people, plain.who[stolen]), EXTRA, 4, spec),
    ]


def theft_amount(people: Customers, who: Ints) -> Money:
    """What is charged afterwards for energy taken: months of use at three times the price, in fen."""
    months = 1 + people.theft[who] % 7
    return (np.maximum(people.use[who].astype(np.float64), 60) * months * 0.75 * 3).astype(np.int64) * 100


def _instalment_rows(people: Customers, spec: SampleSpec, plain: Bills) -> list[Bills]:
    """A tenth of those who pay in instalments have a receivable for each."""
    rows = np.flatnonzero((plain.planned > 0) & (people.place[plain.who] % 10 == 0))
    start = first_day(spec.first_index + plain.t)
    out = []
    for kind, offset in ((FIRST, 7), (SECOND, 15), (THIRD, 21)):
        amount = plain.planned[rows] if kind != THIRD else plain.planned[rows] // 2
        one = _like(plain, rows, amount, kind, 0, spec)
        day = np.full(len(rows), start + offset, dtype=np.int32)
        out.append(Bills(plain.t, one.who, one.kwh, amount, day, day + 3, one.kind, one.hidden, one.planned))
    return out


def _like(
    plain: Bills,
    rows: NDArray[np.intp],
    amount: Money,
    kind: int,
    later: int,
    spec: SampleSpec,
    hidden: bool = False,
) -> Bills:
    issued = np.minimum(plain.issued[rows] + later, spec.extract_on).astype(np.int32)
    zero = np.zeros(len(rows), dtype=np.int64)
    due = np.maximum(plain.due[rows], issued + 5)
    return Bills(
        plain.t, plain.who[rows], zero, amount, issued, due,
        np.full(len(rows), kind, dtype=np.int8), np.full(len(rows), hidden), zero,
    )  # fmt: skip


def _join(parts: list[Bills]) -> Bills:
    names = ("who", "kwh", "amount", "issued", "due", "kind", "hidden", "planned")
    return Bills(parts[0].t, *(np.concatenate([getattr(p, name) for p in parts]) for name in names))
