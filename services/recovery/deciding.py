"""Where one customer decides what will be left of closed months: who, and what is left either way."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np
import pandas as pd

from analytics import all_paid, run_off
from analytics.all_paid import HARDLY
from analytics.policy import RecoveryRules
from analytics.run_off_cells import CELL, RunOff
from data.ask import queries
from data.ask.answers import asked_once
from data.ask.queries import Database
from data.scope import Scope
from services.recovery import run_off as runs
from services.recovery.clearing import cleared_customers, outlook

MOSTLY = 0.5
"""From which share of the band's width on it is one customer's."""
WIDE = 0.25
"""From which share of what is open on a band is too wide to say much."""
KEY = [*CELL, "key", "org_no"]
SUMS = ["customers", "open", "squares"]


@dataclass(frozen=True)
class Deciding:
    """A customer whose debt, paid or not, is most of the band; fen. `name` is not masked.

    `if_paid` and `if_unpaid`: what is expected of all at the end of the next assessment day.
    """

    cons_no: str
    name: str
    customer_class: str
    open: int
    if_paid: int
    if_unpaid: int
    others_open: int
    others_may_clear: bool  # with a chance worth a word: whether all clears hangs on this customer


@asked_once
def deciding(db: Database, scope: Scope, rules: RecoveryRules) -> Deciding | None:
    """Who decides in the scope as a whole; None where nobody does, or where nothing is foretold."""
    expected, low, high = outlook(db, scope, rules)
    if expected is None or low is None or high is None or low == high:
        return None
    rows, known = runs.on_the_day(db, scope, rules)
    is_narrow = high - low < WIDE * rows["open"].sum()
    if known is None or is_narrow or sqrt(rows["squares"].max()) < MOSTLY * (high - low):
        return None
    cleared = cleared_customers(db, scope, rules).dropna(subset=["low_open", "high_open"])
    widths = cleared["high_open"] - cleared["low_open"]
    if cleared.empty or widths.max() < MOSTLY * (high - low):
        return None
    return _decides(db, scope, rules, (rows, known), cleared.iloc[int(widths.argmax())])


def _decides(
    db: Database, scope: Scope, rules: RecoveryRules, day: tuple[pd.DataFrame, RunOff], who: pd.Series
) -> Deciding:
    rows, known = day
    asked = runs.days_until([scope.as_of], rules)
    own = queries.run_off(db, scope, asked, cons_nos=(str(who["cons_no"]),))
    others = without(rows, own)
    left = 0 if others.empty else int(run_off.forecast(known, others)["expected"].iloc[0])
    chance = 1.0 if others.empty else float(all_paid.chances(known, others).iloc[0])
    return Deciding(
        cons_no=str(who["cons_no"]),
        name=str(who["name"]),
        customer_class=str(who["class"]),
        open=int(who["open"]),
        if_paid=left,
        if_unpaid=left + int(who["open"]),
        others_open=int(others["open"].sum()),
        others_may_clear=chance > HARDLY,
    )


def without(rows: pd.DataFrame, own: pd.DataFrame) -> pd.DataFrame:
    """The run-off of a scope without one customer, whose own rows are given: KEY and SUMS."""
    whole = rows.groupby(KEY, sort=True)[SUMS].sum()
    mine = own.assign(key="", customers=1).groupby(KEY, sort=True)[SUMS].sum()
    rest = whole.sub(mine.reindex(whole.index, fill_value=0))
    rest = rest[rest["open"] > 0]
    least = rest["open"] ** 2 / rest["customers"].clip(lower=1)
    return rest.assign(squares=np.maximum(rest["squares"], least)).reset_index()
