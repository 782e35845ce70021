"""What a customer owes now, before anybody is called: open lines less permitted balances, oldest first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from analytics.errors import RefusedError

Array = np.ndarray[Any, np.dtype[Any]]

NORMAL = "01"
NEVER = ("04", "11", "12", "13", "14")
"""Kinds of balances that pay no bill: money on a card, business fees and deposits."""

CLERKS_SHORTFALLS = ((0, 0), (500, 100), (1_000, 200), (5_000, 500))
"""What clerks let pass: (free balance from, shortfall that counts as covered), fen."""

WHYS = ("dispute", "plan", "deferral", "promise")
"""What suspends a customer; the first is named where two end on one day."""

STATES = ("owed", "suspended", "below_least", "in_batch", "covered", "fee_open", "not_due")

BILLS = ("cons_key", "bill_key", "due_on", "principal_open", "fee_open", "fee_from", "locked")
BALANCES = ("cons_key", "bal_type", "prepay", "frozen", "checked", "transit_note")
SUSPENSIONS = ("cons_key", "until", "why")


@dataclass(frozen=True)
class SetOffRules:
    """Permitted kinds of balances beside 01, the shortfalls let pass (none: off) and the least amount, fen.

    RefusedError for a kind that pays no bill, for shortfalls that do not rise with the balance and for an
    amount below 0.
    """

    added_kinds: tuple[str, ...] = ()
    shortfalls: tuple[tuple[int, int], ...] = ()
    least: int = 0

    def __post_init__(self) -> None:
        for kind in self.added_kinds:
            if kind in NEVER:
                raise RefusedError("set_off_kind", value=kind, never=list(NEVER))
        froms, shorts = [f for f, _ in self.shortfalls], [s for _, s in self.shortfalls]
        if froms != sorted(set(froms)) or shorts != sorted(shorts) or min([*froms, *shorts, 0]) < 0:
            raise RefusedError("set_off_shortfalls", value=[list(s) for s in self.shortfalls])
        if self.least < 0:
            raise RefusedError("set_off_least", value=self.least)


def owed_now(
    bills: pd.DataFrame,
    balances: pd.DataFrame,
    as_of: date,
    rules: SetOffRules | None = None,
    suspensions: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """One row a customer of `bills`, by cons_key; money is fen, int64.

    bills, a row a bill, or an instalment of one: cons_key and bill_key (int64), due_on (datetime64, the last
    day in time; none: not overdue), principal_open and fee_open (int64; below 0 counts as 0), fee_from
    (datetime64: the late fee is deferred until that day; none: it is not), locked (bool: in a direct-debit,
    walk-round or collection batch). balances, several rows a customer: cons_key, bal_type (code), prepay,
    frozen, checked (locked in a process), transit_note (int64). suspensions: cons_key, until (datetime64, the
    last day), why (of WHYS); the latest that still runs counts.

    overdue: principal of the lines due before `as_of`. in_batch: the part of it that is locked. set_off: the
    free permitted money that meets the rest, oldest line first. short: a rest let pass by the shortfalls.
    overdue = set_off + in_batch + short + owed_now. in_transit: notes not yet cleared, that settle nothing.
    late_fee: the open fee that is not deferred; no balance is set off against it. bills: bills with overdue
    principal or such a fee, instalments of one counted once. owed_since: due day of the oldest line still
    owed, so that a bill in instalments is overdue from the first that was missed; NaT where nothing is.
    state: of STATES; fee_open means that the principal is paid and the fee is not.

    RefusedError for a missing column, money that is not whole fen, or an unknown reason.
    """
    rules = rules or SetOffRules()
    _check(bills, BILLS, BILLS[3:5])
    _check(balances, BALANCES, BALANCES[2:])
    today = np.datetime64(as_of, "D")
    customer, keys = pd.factorize(bills["cons_key"].to_numpy(dtype=np.int64), sort=True)
    count = len(keys)
    due = _days(bills["due_on"])
    late, locked = due < today, bills["locked"].to_numpy(dtype=bool)
    principal = np.where(late, _money(bills["principal_open"]), 0)
    fee = np.where(_days(bills["fee_from"]) > today, 0, _money(bills["fee_open"]))

    free, in_transit = _free(balances, pd.Index(keys), rules)
    overdue = _sums(customer, principal, count)
    in_batch = _sums(customer, np.where(locked, principal, 0), count)
    late_fee = _sums(customer, fee, count)
    set_off = np.minimum(free, overdue - in_batch)
    rest = overdue - in_batch - set_off
    short = np.where(rest <= _let_pass(free, rules), rest, 0)
    owed = rest - short

    result = pd.DataFrame(
        {
            "cons_key": np.asarray(keys, dtype=np.int64),
            "overdue": overdue,
            "set_off": set_off,
            "in_batch": in_batch,
            "in_transit": in_transit,
            "short": short,
            "owed_now": owed,
            "late_fee": late_fee,
        }
    )
    until, why = _suspended(suspensions, pd.Index(keys), today)
    result["suspended_until"], result["suspended_why"] = until, why
    result["bills"] = _bills(customer, bills["bill_key"], (principal > 0) | (fee > 0), count)
    result["owed_since"] = _since(customer, due, np.where(locked, 0, principal), set_off, owed)
    result["state"] = np.select(
        [
            (overdue == 0) & (late_fee > 0),
            overdue == 0,
            (owed == 0) & (in_batch > 0),
            owed == 0,
            ~np.isnat(until),
            owed < rules.least,
        ],
        ["fee_open", "not_due", "in_batch", "covered", "suspended", "below_least"],
        "owed",
    ).astype(object)
    return result


def _check(frame: pd.DataFrame, columns: Iterable[str], money: Iterable[str] = ()) -> None:
    missing = [c for c in columns if c not in frame]
    if missing:
        raise RefusedError("set_off_columns", names=missing)
    for name in money:
        if len(frame) and not pd.api.types.is_integer_dtype(frame[name]):
            raise RefusedError("set_off_fen", name=name)


def _days(column: pd.Series[Any]) -> Array:
    days: Array = column.to_numpy().astype("datetime64[D]")
    return days


def _money(column: pd.Series[Any]) -> Array:
    money: Array = np.maximum(column.to_numpy(dtype=np.int64), 0)
    return money


def _sums(customer: Array, money: Array, count: int) -> Array:
    """Sums of fen per customer, exact: no float takes part."""
    sums = np.zeros(count, dtype=np.int64)
    np.add.at(sums, customer, money)
    return sums


def _free(balances: pd.DataFrame, keys: pd.Index[Any], rules: SetOffRules) -> tuple[Array, Array]:
    """Free money and notes in transit of permitted kinds, per customer; a row's locks bind that row alone."""
    permitted = {NORMAL, *rules.added_kinds}
    codes, kinds = pd.factorize(balances["bal_type"])
    # A code that came as a number is the same code: read as another, it would dun who has paid.
    allowed = np.array([str(k).strip().zfill(2) in permitted for k in kinds] + [False])
    customer = keys.get_indexer(pd.Index(balances["cons_key"].to_numpy(dtype=np.int64)))
    take = (customer >= 0) & allowed[codes]
    notes = _money(balances["transit_note"])
    free = balances["prepay"].to_numpy(dtype=np.int64) - _money(balances["frozen"])
    free = np.maximum(free - _money(balances["checked"]) - notes, 0)
    where = customer[take]
    return _sums(where, free[take], len(keys)), _sums(where, notes[take], len(keys))


def _let_pass(free: Array, rules: SetOffRules) -> Array:
    """The largest shortfall that counts as covered at each free balance."""
    if not rules.shortfalls:
        return np.zeros(len(free), dtype=np.int64)
    froms, shorts = (np.array(c, dtype=np.int64) for c in zip(*rules.shortfalls, strict=True))
    step = np.searchsorted(froms, free, side="right") - 1
    return np.where(step >= 0, shorts[step], 0)


def _bills(customer: Array, bill_key: pd.Series[Any], open_: Array, count: int) -> Array:
    """Different bills per customer among the open lines."""
    bill, different = pd.factorize(bill_key.to_numpy(dtype=np.int64)[open_])
    pairs = pd.unique(customer[open_].astype(np.int64) * max(len(different), 1) + bill)
    return np.bincount(pairs // max(len(different), 1), minlength=count).astype(np.int64)


def _since(customer: Array, due: Array, money: Array, set_off: Array, owed: Array) -> Array:
    """Due day of the first line that the set-off does not meet, oldest first; NaT where nothing is owed."""
    since = np.full(len(owed), np.datetime64("NaT"), dtype="datetime64[D]")
    take = (money > 0) & (owed[customer] > 0)
    order = np.lexsort((due[take], customer[take]))
    who, day, line = (a[take][order] for a in (customer, due, money))
    starts = np.flatnonzero(np.append(True, who[1:] != who[:-1])) if len(who) else np.zeros(0, dtype=int)
    reached = np.cumsum(line)
    before = (reached - line)[starts]
    reached -= np.repeat(before, np.diff(np.append(starts, len(who))))
    unmet = np.flatnonzero(reached > set_off[who])
    since[who[unmet][::-1]] = day[unmet][::-1]  # the first of a customer's is written last
    return since.astype("datetime64[s]")


def _suspended(frame: pd.DataFrame | None, keys: pd.Index[Any], today: Any) -> tuple[Array, Array]:
    """The latest day a customer is suspended to, and why; NaT and "" where nothing suspends."""
    until = np.full(len(keys), np.datetime64("NaT"), dtype="datetime64[s]")
    why = np.full(len(keys), "", dtype=object)
    if frame is None:
        return until, why
    _check(frame, SUSPENSIONS)
    for unknown in sorted(set(frame["why"].map(str)) - set(WHYS)):
        raise RefusedError("set_off_why", value=unknown, known=list(WHYS))
    customer = keys.get_indexer(pd.Index(frame["cons_key"].to_numpy(dtype=np.int64)))
    rank = frame["why"].map({w: i for i, w in enumerate(WHYS)}).to_numpy(dtype=np.int64)
    day = _days(frame["until"])
    take = (customer >= 0) & (day >= today)
    customer, rank, day = customer[take], rank[take], day[take]
    order = np.lexsort((-rank, day, customer))
    until[customer[order]] = day[order]
    why[customer[order]] = np.array(WHYS, dtype=object)[rank[order]]
    return until, why
