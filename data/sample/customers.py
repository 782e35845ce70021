"""Who the customers are: place, class, industry, size, habits. One array per trait, sorted by station."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data.sample.geography import Geography
from data.sample.spec import SampleSpec, first_day
from data.sample.words import ELEC_TYPES, RESIDENT_TRADES, TRADE_CODES, TRADES

NEVER = 30_000
"""A day (in 2052) that stands for: has not happened."""

HIGH, LOW, RESIDENT = 1, 2, 3
STEADY, AUTOPAY, PREPAID, LATE, HABITUAL, AWAY = range(6)
"""Payer types; AWAY is an empty home whose tiny bills are paid once in a while."""

Ints = NDArray[np.int32]
Small = NDArray[np.int8]
Floats = NDArray[np.float32]
Bools = NDArray[np.bool_]


@dataclass
class Customers:
    """Traits by customer; days are since 1970-01-01, sizes are kWh a month and kVA."""

    station: Ints
    place: Ints
    """Position within the station's customers of low, then high voltage."""
    sort: Small
    trade: Small
    elec: Small
    volt: Small
    urban: Bools
    contract_cap: Floats
    run_cap: Floats
    use: Floats
    built: Ints
    closed: Ints
    bimonthly: Bools
    payer: Small
    risk: Floats
    recession: Bools
    turn: Ints
    turn_by: Floats
    owner: NDArray[np.int64]
    pay_mode: Small
    instalments: Bools
    changed: Ints
    """Bill month (from 0) in which the class or industry became today's; 0 = always was."""
    old_sort: Small
    old_trade: Small
    old_elec: Small
    theft: Ints
    theft_kind: Small

    def __len__(self) -> int:
        return len(self.station)


def make_customers(spec: SampleSpec, geo: Geography) -> Customers:
    """Draw everybody; the same spec gives the same people."""
    rng, n = spec.rng(2), spec.customers
    station = np.sort(rng.choice(len(geo.share), n, p=geo.share)).astype(np.int32)
    sort = rng.choice(np.array([RESIDENT, LOW, HIGH], dtype=np.int8), n, p=[0.88, 0.10, 0.02])
    order = np.lexsort((sort == HIGH, station))
    station, sort = station[order], sort[order]
    trade = _trades(rng, sort, geo.urban[station])
    elec = _elec(trade, sort, geo.urban[station], rng)
    contract, run, volt = _capacities(rng, sort)
    use = _use(rng, sort, trade, run)
    payer = _payers(rng, sort)
    away = payer == AWAY
    use[away] = np.where(rng.random(int(away.sum())) < 0.75, 0.0, 2.0)
    changed, old_sort, old_trade, old_elec = _former(rng, spec, sort, trade, elec)
    built, closed = _lives(rng, spec, n)
    owner, shared = _owners(rng, sort)
    theft = np.where(rng.random(n) < 0.004 * np.exp(0.6 * shared), _days(rng, spec, n), NEVER).astype(
        np.int32
    )
    risk = _risk(rng, geo, station, sort, trade, payer, shared, use, run, theft)
    turn, turn_by = _turns(rng, spec, sort)
    return Customers(
        station=station, place=_places(station, sort == HIGH), sort=sort, trade=trade, elec=elec, volt=volt,
        urban=geo.urban[station], contract_cap=contract, run_cap=run, use=use, built=built, closed=closed,
        bimonthly=geo.bimonthly[station] & (sort == RESIDENT), payer=payer, risk=risk,
        recession=geo.recession[station],
        turn=turn, turn_by=turn_by, owner=owner, pay_mode=_pay_modes(rng, sort, payer),
        instalments=(sort == HIGH) & (run > 800) & (rng.random(n) < 0.5) & (payer != HABITUAL),
        changed=changed, old_sort=old_sort, old_trade=old_trade, old_elec=old_elec,
        theft=theft, theft_kind=rng.choice(np.array([0, 1, 2], dtype=np.int8), n, p=[0.15, 0.5, 0.35]),
    )  # fmt: skip


def _places(station: Ints, high: Bools) -> Ints:
    group = station.astype(np.int64) * 2 + high
    starts = np.flatnonzero(np.r_[True, group[1:] != group[:-1]])
    counts = np.diff(np.r_[starts, len(group)])
    return (np.arange(len(group)) - np.repeat(starts, counts)).astype(np.int32)


def _trades(rng: np.random.Generator, sort: Small, urban: Bools) -> Small:
    low = np.array([t.low for t in TRADES])
    high = np.array([t.high for t in TRADES])
    trade = np.where(urban, len(TRADES), len(TRADES) + len(RESIDENT_TRADES) - 1).astype(np.int8)
    for kind, weight in ((LOW, low), (HIGH, high)):
        here = sort == kind
        trade[here] = rng.choice(len(TRADES), int(here.sum()), p=weight / weight.sum())
    return trade


def _elec(trade: Small, sort: Small, urban: Bools, rng: np.random.Generator) -> Small:
    of_trade = np.array([ELEC_TYPES.index(t.elec) for t in TRADES] + [0, 0], dtype=np.int8)
    elec = of_trade[trade]
    large = ELEC_TYPES.index("101")
    elec[(sort == LOW) & (elec == large)] = ELEC_TYPES.index("401")
    home = np.where(urban, ELEC_TYPES.index("202"), ELEC_TYPES.index("201"))
    return np.where(sort == RESIDENT, home, elec).astype(np.int8)


def _capacities(rng: np.random.Generator, sort: Small) -> tuple[Floats, Floats, Small]:
    n = len(sort)
    size = rng.standard_normal(n, dtype=np.float32)
    tail = rng.pareto(1.7, n).astype(np.float32)
    high = np.round(np.exp(5.3 + 0.85 * size) * (1 + 0.5 * tail) / 5) * 5
    low = np.round(np.exp(2.6 + 0.7 * size))
    home = np.where(size > 1.2, 12.0, np.where(size > -0.5, 8.0, 4.0))
    cap = np.where(sort == HIGH, np.clip(high, 50, 80_000), np.where(sort == LOW, np.clip(low, 2, 99), home))
    run = np.where((sort == HIGH) & (rng.random(n) < 0.15), np.round(cap * 0.6 / 5) * 5, cap)
    volt = np.where(sort == HIGH, np.where(cap > 31_500, 4, np.where(cap > 12_000, 3, 2)), 0)
    volt = np.where((sort == LOW) & (cap > 12), 1, volt)
    return cap.astype(np.float32), run.astype(np.float32), volt.astype(np.int8)


def _use(rng: np.random.Generator, sort: Small, trade: Small, run: Floats) -> Floats:
    z = rng.standard_normal(len(sort), dtype=np.float32)
    of_trade = np.array([t.use for t in TRADES] + [1.0, 1.0], dtype=np.float32)[trade]
    share = 1 / (1 + np.exp(-(-1.75 + 0.8 * z + 0.35 * np.log(of_trade))))
    high = run * 730 * share
    low = np.minimum(np.exp(6.3 + 1.0 * z) * of_trade, run * 400)
    home = np.minimum(np.exp(4.95 + 0.62 * z), 3_000)
    return np.where(sort == HIGH, high, np.where(sort == LOW, low, home)).astype(np.float32)


def _payers(rng: np.random.Generator, sort: Small) -> Small:
    shares = {
        RESIDENT: [0.40, 0.33, 0.12, 0.078, 0.012, 0.06],
        LOW: [0.55, 0.25, 0.08, 0.10, 0.02, 0.0],
        HIGH: [0.70, 0.20, 0.02, 0.07, 0.01, 0.0],
    }
    payer = np.zeros(len(sort), dtype=np.int8)
    for kind, share in shares.items():
        here = sort == kind
        payer[here] = rng.choice(6, int(here.sum()), p=share)
    return payer


def _pay_modes(rng: np.random.Generator, sort: Small, payer: Small) -> Small:
    n = len(sort)
    manual = rng.choice(9, n, p=[0.10, 0.02, 0.06, 0.07, 0.08, 0.02, 0.10, 0.02, 0.53])
    firm = rng.choice(np.array([0, 3, 4, 7]), n, p=[0.2, 0.35, 0.4, 0.05])
    mode = np.where(sort == RESIDENT, manual, firm)
    return np.where(payer == AUTOPAY, 3 + (mode % 2), mode).astype(np.int8)


def _former(
    rng: np.random.Generator, spec: SampleSpec, sort: Small, trade: Small, elec: Small
) -> tuple[Ints, Small, Small, Small]:
    n = len(sort)
    firms = (sort != RESIDENT) & (rng.random(n) < 0.02)
    month = rng.integers(1, max(spec.months, 2), n)
    other = rng.integers(0, len(TRADES), n)
    was_home = firms & (sort == LOW) & (rng.random(n) < 0.4)
    changed = np.where(firms, month, 0).astype(np.int32)
    old_sort = np.where(was_home, RESIDENT, sort).astype(np.int8)
    home, home_elec = TRADE_CODES.index("9910"), ELEC_TYPES.index("202")
    old_trade = np.where(was_home, home, np.where(firms, other, trade)).astype(np.int8)
    old_elec = np.where(was_home, home_elec, elec).astype(np.int8)
    return changed, old_sort, old_trade, old_elec


def _days(rng: np.random.Generator, spec: SampleSpec, n: int) -> Ints:
    return rng.integers(first_day(spec.first_index), spec.extract_on, n).astype(np.int32)


def _lives(rng: np.random.Generator, spec: SampleSpec, n: int) -> tuple[Ints, Ints]:
    start = first_day(spec.first_index)
    years = rng.gamma(2.0, 4.5, n)
    built = np.maximum(start - 1 - (years * 365).astype(np.int32), first_day(1978 * 12))
    new = rng.random(n) < min(0.03 * spec.months / 12, 0.3)
    built = np.where(new, _days(rng, spec, n), built).astype(np.int32)
    leaves = rng.random(n) < min(0.012 * spec.months / 12, 0.2)
    closed = np.where(leaves, np.maximum(_days(rng, spec, n), built + 60), NEVER)
    return built, np.where(closed > spec.extract_on, NEVER, closed).astype(np.int32)


def _owners(rng: np.random.Generator, sort: Small) -> tuple[NDArray[np.int64], Floats]:
    """Owner numbers and a trait that all supply points of one owner share."""
    n = len(sort)
    owner = np.arange(n, dtype=np.int64)
    for kind, share, groups in ((RESIDENT, 0.03, 0.0175), (LOW, 0.12, 0.012), (HIGH, 0.25, 0.05)):
        joined = np.flatnonzero((sort == kind) & (rng.random(n) < share))
        pool = max(1, int((sort == kind).sum() * groups))
        rank = np.minimum(
            rng.pareto(1.1, len(joined)) * 3 if kind != RESIDENT else rng.random(len(joined)) * pool, pool - 1
        )
        if len(joined):
            owner[joined] = joined[rank.astype(np.int64) % len(joined)]
    shared = rng.standard_normal(n, dtype=np.float32)[owner]
    return owner, shared


def _risk(
    rng: np.random.Generator,
    geo: Geography,
    station: Ints,
    sort: Small,
    trade: Small,
    payer: Small,
    shared: Floats,
    use: Floats,
    run: Floats,
    theft: Ints,
) -> Floats:
    """Log-odds of trouble in a month, above the class's own: what a credit score can find, and noise."""
    n = len(sort)
    industry = np.array([t.risk for t in TRADES] + [0.0, 0.15])[trade]
    idle = np.where(sort == HIGH, np.clip(0.25 - use / (run * 730), 0, 0.25) * 5, 0.0)
    of_type = np.array([0.0, -0.9, -0.6, 1.0, 4.6, 0.0])[payer]
    own = 0.55 * rng.standard_normal(n)
    risk: NDArray[np.float64] = (
        0.9 * industry + idle + of_type + 0.45 * shared + own + geo.risk[station] + 0.9 * (theft < NEVER)
    )
    return risk.astype(np.float32)


def _turns(rng: np.random.Generator, spec: SampleSpec, sort: Small) -> tuple[Ints, Floats]:
    """The bill month in which a customer's ways change for bad or good, and by how much."""
    n = len(sort)
    kind = rng.choice(3, n, p=[0.94, 0.03, 0.03])
    month = np.where(kind > 0, rng.integers(0, max(spec.months, 1), n), spec.months)
    return month.astype(np.int32), np.array([0.0, 2.6, -2.6], dtype=np.float32)[kind]
