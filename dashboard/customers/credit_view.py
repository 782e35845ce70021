"""What a customer's file asks about credit: one grade, one light, and what stands behind them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

from analytics.counterfactual import Counterfactual
from analytics.credit_policy import CreditRules
from dashboard.page import Page
from dashboard.shared.state_store import existing_state
from services.credit import customer_credit
from services.credit.customer_credit import Credit, DecidedFor
from services.credit.risk_light import Light, risk_light_of
from services.customers.lists import CustomerFile
from services.decided import published_grades
from services.decided.published_grades import PublishedGrade


@dataclass(frozen=True)
class CreditView:
    """One customer's credit: computed `now` (reading what was `decided`), published or not, and the light."""

    page: Page
    cons_no: str
    cons_key: int
    now: Credit
    decided: DecidedFor
    published: PublishedGrade | None
    light: Light
    raising: Counterfactual | None
    overdue: int
    in_transit: int = 0
    bills: pd.DataFrame | None = None

    @property
    def underway(self) -> int:
        """Of what is overdue, what has been paid and waits to be credited; fen."""
        return min(self.overdue, self.in_transit)

    @property
    def to_pay(self) -> int:
        """What is overdue and still to be paid; fen."""
        return self.overdue - self.underway

    @property
    def credit(self) -> CreditRules:
        """The rules in force."""
        return self.page.policy.credit

    @property
    def grade(self) -> str | None:
        """The one grade that the customer shows: the published one where there is one, else the computed."""
        return self.published.grade if self.published else self.now.grade

    @property
    def next_grade(self) -> str | None:
        """The grade above the computed one."""
        keys = self.credit.grade_keys
        place = keys.index(self.now.grade) if self.now.grade in keys else 0
        return keys[place - 1] if place > 0 else None


def view_of(page: Page, customer: CustomerFile) -> CreditView:
    """Ask for everything about the customer's credit on the page's day."""
    facts, state, day = customer.facts, existing_state(), page.scope.as_of
    cons_no, cons_key = str(facts["cons_no"]), int(facts["cons_key"])
    decided = customer_credit.decided_for(state, cons_no, [day])
    now = page.load(customer_credit.credit_on, cons_key=cons_key, decided=decided)[0]
    published = published_grades.published_grade(state, cons_no, day) if state else None
    light = page.load(risk_light_of, as_of=day, cons_no=cons_no)
    raising = page.load(customer_credit.raising_on, now=now, decided=decided[0])
    overdue, in_transit = int(facts["overdue"] or 0), int(facts["in_transit"] or 0)
    return CreditView(
        page,
        cons_no,
        cons_key,
        now,
        decided[0],
        published,
        light,
        raising,
        overdue,
        in_transit,
        customer.bills,
    )


def history_of(view: CreditView, first: date) -> tuple[tuple[Credit, str | None], ...]:
    """The computed credit at the month ends up to the day, oldest first, and the grade in force then."""
    page, state = view.page, existing_state()
    days = customer_credit.month_ends(page.scope.as_of, first)
    if not days:
        return ()
    decided = customer_credit.decided_for(state, view.cons_no, days)
    computed = page.load(customer_credit.credit_on, cons_key=view.cons_key, decided=decided)
    held = [published_grades.published_grade(state, view.cons_no, d) if state else None for d in days]
    return tuple((c, h.grade if h else None) for c, h in zip(computed, held, strict=True))
