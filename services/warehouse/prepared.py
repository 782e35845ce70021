"""What is made ready after a load, so that the first reader need not wait for it."""

from __future__ import annotations

import logging
from datetime import date, timedelta
from pathlib import Path

from analytics.calendar import add_months, last_day, month_of
from analytics.policy import RecoveryRules
from data.ask.answers import answers_folder, asking_ahead
from data.errors import DengtaError
from data.scope import Scope
from data.state import State
from data.warehouse.snapshots import Snapshot, Warehouse, open_snapshot
from services.credit.adoption import in_force
from services.credit.backtest import HORIZON_DAYS
from services.credit.slim import slim
from services.credit.standing import ensure_standing
from services.customers import lists
from services.decided.inputs import decided
from services.recovery import figures, run_off

MONTH_ENDS = 13
FEW = 200
"""Customers up to which the first reader waits for no more than what questions cost by themselves."""
MANY = 100_000
"""Customers from which on the run-off of one day of the month takes seconds."""
_log = logging.getLogger(__name__)


def prepare(warehouse: Path) -> bool:
    """Measure and grade every customer on the newest day, ask ahead what pages ask; False where it failed.

    Of few customers nothing is made ready: it would take longer than the load does. The scores that estimates
    start from are those of `HORIZON_DAYS` before.

    The snapshot is published already: nothing here undoes a load.
    """
    snapshot = Warehouse(warehouse).current()
    if snapshot is None:
        return False
    db = open_snapshot(warehouse, snapshot)
    try:
        facts = figures.facts(db)
        if facts.extract_on is None:
            return False
        if facts.customers < FEW:
            return True
        state = State.existing(warehouse)
        policy = in_force(state)
        lists.measures(db, facts.extract_on)
        ensure_standing(db, policy, facts.extract_on, state)
        for day in (facts.extract_on, facts.extract_on - timedelta(days=HORIZON_DAYS)):
            if facts.first_issue and day >= facts.first_issue:
                slim(db, policy.credit, day, decided(state, day))
        with asking_ahead(db):
            for day in _days(facts):
                _morning(db, Scope(day), policy.recovery)
            if facts.customers >= MANY:
                _countdowns(db, facts.extract_on, policy.recovery)
        return True
    except DengtaError as refusal:
        _log.warning("the first reader will have to wait: %s", refusal)
        return False
    finally:
        db.close()


def days_asked(db: Snapshot, facts: figures.SnapshotFacts) -> tuple[date, ...]:
    """The days that the questions of the first pages were asked of ahead; none where they were not."""
    return _days(facts) if answers_folder(db).is_dir() else ()


def _days(facts: figures.SnapshotFacts) -> tuple[date, ...]:
    """The newest day and the last month ends of the extract; none without bills."""
    if facts.extract_on is None or not facts.has_bills:
        return ()
    newest, first = facts.extract_on, facts.first_issue or facts.extract_on
    ends = [last_day(add_months(month_of(newest), -back)) for back in range(1, MONTH_ENDS + 1)]
    return (newest, *(d for d in ends if d >= first))


def _countdowns(db: Snapshot, newest: date, rules: RecoveryRules) -> None:
    """What the countdown of any day is learnt from: the same on one day of every month (0197)."""
    for day in range(1, 32):
        run_off.learn(db, Scope(date(newest.year, 1, day)), rules)


def _morning(db: Snapshot, scope: Scope, rules: RecoveryRules) -> None:
    figures.headline(db, scope, rules)
    figures.attention(db, scope, rules)
    figures.side_by_side(db, scope, rules, "year")
    figures.trend(db, scope, rules)
    figures.cleared_by(db, scope, rules, "org")
    figures.said(db, scope, rules)
    figures.comparison(db, scope, rules, "org")
    for limit in (8, 50):
        figures.top_debtors(db, scope, rules, limit)
    for by_month in (figures.by_bill_month, figures.by_cash_month):
        by_month(db, scope, rules)
    figures.forecast(db, scope, rules)
    figures.said_of_year(db, scope, rules)
    figures.ageing_by(db, scope, rules, "org")
    figures.ageing_by_year(db, scope, rules)
    figures.ageing_trend(db, scope, rules)
    figures.claims_near_limit(db, scope, rules)
    figures.claims_total(db, scope, rules)
    figures.arrears(db, scope)
