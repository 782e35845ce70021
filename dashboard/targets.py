"""Targets as pages show them: the book that stands, the line below a card, the line of a chart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd

from analytics.policy import RecoveryRules
from analytics.targets import AMOUNTS, Book, Measure, Target
from dashboard.page import Page
from dashboard.shared.state_store import existing_state
from dashboard.words.format import NOTHING, MoneyUnit
from dashboard.words.i18n import wordless
from data.ask.sql_files import Database
from data.state import State
from services.recovery import figures, targets
from services.recovery.targets import Attainment


def book(page: Page) -> Book:
    """The targets that stand as this run of the page knows them, read anew only when some were set."""
    return page.once(book_now)


def book_now(page: Page) -> Book:
    """Those that stand at this moment, at least as new as a `version()` asked before: what is checked
    before something is set.
    """
    kept = existing_state()
    rules = page.policy.recovery
    key = ("targets", kept.name if kept else "", kept.targets_version() if kept else 0, repr(rules))
    held: Book = page.store.kept.get(key, lambda: _book(page.store.db, kept, rules))
    return held


@wordless
def _book(db: Database, kept: State | None, rules: RecoveryRules) -> Book:
    return targets.book(db, kept, rules)


def version() -> int:
    """A number that grows with every target set or taken back."""
    kept = existing_state()
    return kept.targets_version() if kept else 0


def attainments(page: Page, recovery: figures.Recovery, overdue: int | None = None) -> dict[str, Attainment]:
    """The measures of the page's scope beside their targets."""
    return targets.attainments(page.store.db, page.scope, page.policy.recovery, book(page), recovery, overdue)


def of_rates(page: Page) -> Target | None:
    """What the page's scope is held to in its current-year rate."""
    return targets.of_scope(page.store.db, page.scope, page.policy.recovery, book(page), "current_year")


def with_own(page: Page, by: figures.Dimension, rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of units, or of what lies in units, with `target`: the current-year rate that each `key` is held
    to, a fraction.
    """
    keys = list(dict.fromkeys(rows["key"].astype(str)))
    own = targets.of_keys(
        page.store.db, page.scope, page.policy.recovery, book(page), by, keys, "current_year"
    )
    rates = {key: None if target is None else target.rate for key, target in zip(keys, own, strict=True)}
    return rows.assign(target=rows["key"].astype(str).map(rates).astype("float64"))


def level(page: Page) -> float:
    """The rate that charts of several months draw: the scope's target, else the policy's."""
    target = of_rates(page)
    return target.rate if target else page.policy.recovery.recovery_target


def of_months(page: Page, months: Iterable[int], measure: Measure = "current_year") -> list[float]:
    """What the page's scope is held to in a rate, that of the current year, in each of some months."""
    return targets.of_months(page.store.db, page.scope, book(page), months, measure)


def line(page: Page, attainment: Attainment) -> str | None:
    """Target, gap and what is missing, for the place below a card; None where no target holds."""
    t, fmt, target = page.t, page.fmt, attainment.target
    if target is None or attainment.missing is None:
        return None
    sentence = t("targets.is", target=aim(page, attainment))
    if attainment.value is not None:
        sentence = t("targets.with_gap", told=sentence, gap=fmt.points_short(attainment.value, target.rate))
    if not attainment.missing:
        return t("targets.reached", told=sentence)
    return t("targets.missing", told=sentence, missing=missing(page, attainment))


def missing(page: Page, attainment: Attainment) -> str:
    """What must still come in: yuan, or household months."""
    if attainment.missing is None:
        return page.fmt.money(None)
    if attainment.measure == "household_months":
        return page.t("targets.households", count=page.fmt.count(attainment.missing))
    return page.fmt.money(attainment.missing, _unit(page, attainment))


def aim(page: Page, attainment: Attainment) -> str:
    """The target as its measure is written; a dash where there is none."""
    target = attainment.target
    if target is None:
        return NOTHING
    if attainment.measure in AMOUNTS:
        return page.fmt.money(target.value, _unit(page, attainment))
    return page.fmt.rate(target.rate)


def reached(page: Page, attainment: Attainment) -> str:
    """What is compared with the target."""
    if attainment.value is None:
        return page.fmt.money(attainment.reached, _unit(page, attainment))
    return page.fmt.rate_beside(attainment.value, rate_of(attainment))


def rate_of(attainment: Attainment | None) -> float | None:
    """The rate that a attainment is held to; None where there is none."""
    return None if attainment is None or attainment.target is None else attainment.target.rate


def _unit(page: Page, attainment: Attainment) -> MoneyUnit | None:
    """The one unit of an amount, its target and what is missing; what rates miss is compared with nothing."""
    if attainment.measure not in AMOUNTS:
        return None
    aimed = attainment.target.value if attainment.target else None
    return page.fmt.shared(attainment.reached, aimed, attainment.missing)


def whose(page: Page, target: Target) -> str:
    """Where a target comes from: the rules, or a unit and the month it was set for."""
    if target.org_no is None:
        return page.t("targets.by_rules")
    name = units(page).get(target.org_no, target.org_no)
    return page.t("targets.set_for", unit=name, month=page.fmt.month(target.month))


def own_units(page: Page) -> pd.DataFrame:
    """The units of the scope that the reader may set targets for: org_no, org_name, depth."""
    units = targets.units(page.store.db, page.user.orgs)
    if page.scope.orgs:
        units = units[[str(o).startswith(page.scope.orgs) for o in units["org_no"]]]
    return units.reset_index(drop=True)


def units(page: Page) -> dict[str, str]:
    """Every unit's name by its number: a unit above one's own may have set the target that holds."""
    return page.load(_names)


def _names(db: Database) -> dict[str, str]:
    units = targets.units(db, ())
    return dict(zip(units["org_no"], units["org_name"], strict=True))


def with_lines(
    page: Page, trend: pd.DataFrame, measures: Mapping[Measure, str]
) -> tuple[pd.DataFrame, dict[str, str]]:
    """A trend with the target of the current year and of other measures (measure → what its rate is called);
    and what these columns are called.
    """
    held, rules, db = book(page), page.policy.recovery, page.store.db
    lines = {
        f"target_{m}": targets.by_month(db, page.scope, rules, held, trend["as_of"], m) for m in measures
    }
    names = {f"target_{m}": page.t("charts.target_of", what=what) for m, what in measures.items()}
    return with_line(page, trend).assign(**lines), {"target": page.t("columns.target"), **names}


def with_line(page: Page, trend: pd.DataFrame) -> pd.DataFrame:
    """A trend with `target`, the current-year target of each of its days."""
    lines = targets.by_month(
        page.store.db, page.scope, page.policy.recovery, book(page), trend["as_of"], "current_year"
    )
    return trend.assign(target=lines)
