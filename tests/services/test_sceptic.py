"""The result read as a sceptic would, over several seeds: who holds a good grade, what debtors are told."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import numpy as np
import pandas as pd
import pytest

from analytics import grading as by_rules
from analytics import indicators, validation
from analytics.counterfactual import Counterfactual
from analytics.credit_parts import CreditModel
from analytics.evaluation import evaluate
from dashboard.customers import credit_words
from dashboard.customers.credit_view import CreditView
from dashboard.words import credit_terms
from dashboard.words.format import Format
from dashboard.words.i18n import LANGUAGES, Translator
from data.ask.credit_queries import arrears_after
from data.warehouse.snapshots import Snapshot, open_snapshot
from services.credit import customer_credit, grading
from services.credit.customer_credit import Credit, DecidedFor
from services.credit.policy_files import read_policy
from services.credit.risk_light import risk_lights

POLICY = read_policy()
KEYS = POLICY.credit.grade_keys
DAYS = (date(2026, 11, 20), date(2026, 2, 10))


@pytest.fixture(
    scope="module", params=["shared", *(pytest.param(seed, marks=pytest.mark.full) for seed in (3, 11))]
)
def db(
    request: pytest.FixtureRequest, sample_warehouse: Path, warehouse_of: Callable[[int], Path]
) -> Iterator[Snapshot]:
    """The shared sample, and samples of other seeds."""
    home = sample_warehouse if request.param == "shared" else warehouse_of(request.param)
    with open_snapshot(home) as found:
        yield found


@cache
def measured_on(db: Snapshot, day: date) -> grading.Measured:
    """All customers measured, once for all tests."""
    return grading.measure(db, day, POLICY.credit)


@cache
def graded_on(db: Snapshot, day: date) -> pd.DataFrame:
    """All customers graded, once for all tests."""
    return grading.grade_table(db, POLICY, day).table.to_pandas()


@cache
def lights_on(db: Snapshot, day: date) -> pd.DataFrame:
    """The lights of all customers, once for all tests."""
    return risk_lights(db, POLICY, day)


@cache
def credit_of(db: Snapshot, cons_key: int, day: date) -> Credit:
    """One customer as their own file computes them, once for all tests."""
    return customer_credit.credit_on(db, POLICY, cons_key, [DecidedFor(day)])[0]


@pytest.mark.parametrize("day", DAYS)
def test_nobody_with_old_debt_a_red_light_or_theft_is_graded_well(db: Snapshot, day: date) -> None:
    """Arrears straight from the ledger, thefts straight from the records."""
    found = graded_on(db, day).set_index("cons_no")
    place = found["grade"].map({key: i for i, key in enumerate(KEYS)})
    con = db.cursor()
    oldest = """
        select c.cons_no, $day - min(b.due_on) as days
        from fct_balance b join dim_customer c using (cons_key)
        where b.is_owed and b.from_on <= $day and b.to_on > $day and b.due_on < $day
        group by all
    """
    days = con.sql(oldest, params={"day": day}).df().set_index("cons_no")["days"]
    days = pd.Series(days.dt.days if days.dtype.kind == "m" else days, index=days.index)
    stolen = """
        select distinct c.cons_no from fct_violation v join dim_customer c using (cons_key)
        where v.kind = 'theft' and v.occurred_on <= $day and v.occurred_on > $day::date - interval '1080 days'
    """
    thieves = [row[0] for row in con.sql(stolen, params={"day": day}).fetchall()]
    light = lights_on(db, day).set_index("cons_no")["light"]
    owes = place.reindex(days.index)
    assert (owes.dropna() >= 1).all(), "the best grade with arrears"
    assert (owes[days > 90].dropna() >= 3).all() and (owes[days > 365].dropna() == 4).all()
    assert (days > 365).any() and (owes[days > 90].notna()).any()
    assert (place[light.reindex(place.index) == "red"].dropna() >= 2).all(), "a good grade with a red light"
    assert (place.reindex(thieves).dropna() == 4).all()


def without_old_debt(model: CreditModel) -> CreditModel:
    """The model without the indicator of long-dated debt: its judgements' row and column left out."""
    groups = []
    for group in model.groups:
        kept = [i for i, f in enumerate(group.factors) if f.indicator != "overdue_days"]
        rows = group.weighting.judgements
        judged = tuple(tuple(rows[i][j] for j in kept) for i in kept)
        weighting = replace(group.weighting, judgements=judged)
        groups.append(replace(group, factors=tuple(group.factors[i] for i in kept), weighting=weighting))
    return replace(model, groups=tuple(groups))


@pytest.mark.parametrize("day", [date(2026, 8, 20), date(2026, 3, 31), date(2025, 12, 31)])
def test_the_indicator_costs_no_discrimination(db: Snapshot, day: date) -> None:
    """Three samples of some hundred customers: one pair of neighbours that change places is 0.0001."""
    before = replace(POLICY.credit, models=tuple(without_old_debt(m) for m in POLICY.credit.models))
    measured = measured_on(db, day)
    after = arrears_after(db, day, day + timedelta(days=90)).set_index("cons_no")["arrears"]
    found = []
    for credit in (before, POLICY.credit):
        score = np.full(len(measured.people), np.nan)
        for m in grading.grade_all(credit, measured, with_parts=False):
            score[m.rows] = np.where(m.graded.grade >= 0, m.evaluated.score, np.nan)
        bad = measured.people["cons_no"].map(after).to_numpy(dtype=float)
        known = ~np.isnan(score) & ~np.isnan(bad)
        found.append(validation.auc(-score[known], bad[known] > 0))
    assert found[1] >= found[0] - 0.0005


def debtors(db: Snapshot, day: date, most: int | None = None) -> list[tuple[Credit, int]]:
    """Who is graded and has something overdue, as their own file computes them, and what they owe."""
    owed = measured_on(db, day).people["overdue"]
    keys = np.flatnonzero((owed > 0).to_numpy() & graded_on(db, day)["grade"].notna().to_numpy())[:most]
    return [(credit_of(db, int(k), day), int(owed[k])) for k in keys]


def view_of(credit: Credit, owed: int, found: Counterfactual | None, language: str) -> CreditView:
    """What the sentences read of a page."""
    t = Translator(language)
    page = SimpleNamespace(t=t, fmt=Format(t), policy=POLICY)
    view = CreditView(page, "1", 0, credit, DecidedFor(credit.day), None, None, found, owed)  # type: ignore[arg-type]
    return cast(CreditView, view)


def regraded(credit: Credit, changes: dict[str, float]) -> int:
    """The position once all is paid and the other changes are made, through the real grading."""
    model = next(m for m in POLICY.credit.models if m.key == credit.model)
    assert credit.cleared is not None
    values = {k: np.array([v]) for k, v in {**credit.cleared, **changes}.items()}
    codes = {k: indicators.known(k).codes(values[k]) for k in model.indicator_keys}
    done = evaluate(POLICY.credit, model, codes)
    return int(by_rules.grade(POLICY.credit, model, done, values).grade[0])


def test_every_debtor_is_told_to_pay_first_and_reaches_what_is_promised(db: Snapshot) -> None:
    told = debtors(db, DAYS[0])
    assert len(told) > 10
    for credit, owed in told:
        found = customer_credit.raising(POLICY, credit, None)
        assert found is not None and found.pay is not None
        now = KEYS.index(str(credit.grade))
        for way in found.single:
            assert regraded(credit, {way.indicator: way.target}) < now
        if found.cheapest:
            assert found.cheapest[0] == found.pay
            rest = {c.indicator: c.target for c in found.cheapest[1:]}
            assert regraded(credit, rest) <= found.reaches < now
            assert len(rest) == len(found.cheapest) - 1 and not {"overdue_bills", "overdue_days"} & set(rest)
        for language in LANGUAGES:
            _is_said_once(view_of(credit, owed, found, language), found)


def _is_said_once(view: CreditView, found: Counterfactual) -> None:
    """Each way in words begins with paying all of it, and says nothing twice; so does what is read out."""
    t = view.page.t
    pay = t("credit.change.overdue_all", owed=credit_words.owed(view))
    assert pay == credit_words.paying(view)
    ways = [[credit_words.change_words(view, c) for c in found.cheapest]] if found.cheapest else []
    ways += [line.split(t("credit.read.and")) for line in credit_words.ways_words(view, found)]
    for said in ways:
        assert said[0] == pay and len(set(said)) == len(said)
        assert not any(re_paying(s, t.language) for s in said[1:])
    name = credit_terms.indicator_name(view.page.t, "overdue_days")
    rules = credit_words.rules_applied(view)
    assert sum(name in rule for rule in rules) <= 1, "two caps on one debt"
    capped = [t("credit.effect.at_most", grade=credit_words.named_grade(view, key)) for key in KEYS]
    said_caps = {cap for cap in capped if any(cap in rule for rule in rules)}
    fired = {r.grade for r in POLICY.credit.rules if r.key in view.now.rules and r.effect == "at_most"}
    fired = {key for key in fired if KEYS.index(key) > KEYS.index(str(view.now.raw))}
    assert said_caps == {capped[KEYS.index(max(fired))]} if fired else not said_caps, "not the binding cap"
    aloud = credit_words.to_read(view)
    assert aloud.count(credit_words.owed(view)) == 1
    assert not ways or credit_words.changes_words(view, found.cheapest) in aloud


@pytest.mark.parametrize("day", DAYS)
def test_nobody_is_asked_to_pay_again_what_is_in_transit(db: Snapshot, day: date) -> None:
    """Whoever has something in transit, straight from the extract's rows; and debtors as though they had."""
    asked = """
        select c.cons_key, sum(t.amount)::bigint from fct_in_transit t join dim_customer c using (cons_key)
        where t.checked_on <= $day and coalesce(t.disposed_on > $day, true) group by all
    """
    held = dict(db.cursor().sql(asked, params={"day": day}).fetchall())
    light = lights_on(db, day).set_index("cons_key")["light"]
    measured = measured_on(db, day).people["overdue"]
    assert (light[[k for k, paid in held.items() if paid >= measured[k] > 0]] == "none").all()
    told = [(credit_of(db, k, day), int(measured[k]), (held[k],)) for k in held if measured[k] > 0]
    told += [(c, owed, (owed // 3, owed, 2 * owed)) for c, owed in debtors(db, day, 6)]
    for credit, owed, all_paid in told:
        if credit.grade is None:
            continue
        found = customer_credit.raising(POLICY, credit, None)
        for language, paid in itertools.product(LANGUAGES, all_paid):
            view = replace(view_of(credit, owed, found, language), in_transit=paid)
            _is_not_asked_for(view, owed, paid)


def _is_not_asked_for(view: CreditView, owed: int, paid: int) -> None:
    """What is said asks for the rest alone, and names what is in transit once, not to be paid again."""
    fmt, t, found = view.page.fmt, view.page.t, view.raising
    whole, rest, underway = (
        fmt.money(n, fmt.unit(None)) for n in (owed, max(owed - paid, 0), min(owed, paid))
    )
    assert found is not None
    ways = [credit_words.changes_words(view, found.cheapest)] if found.cheapest else []
    for said in (credit_words.to_read(view), *ways, *credit_words.ways_words(view, found)):
        assert said.count(underway) == 1 and ("请勿重复缴费" in said or "do not pay it again" in said), said
        asks = t("credit.change.overdue_all", owed="")
        assert (asks not in said) if paid >= owed else (rest in said and whole not in said), said


def re_paying(sentence: str, language: str) -> bool:
    """Whether a sentence asks for arrears to be cleared."""
    return ("结清" if language == "zh" else "clear") in sentence
