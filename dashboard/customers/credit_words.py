"""One customer's grade in words: values with their units, rules, what costs points, what would raise it."""

from __future__ import annotations

import math

from analytics import indicators, waiting
from analytics.counterfactual import Change, Counterfactual
from dashboard.customers.credit_view import CreditView
from dashboard.page import Page
from dashboard.words.credit_terms import REASON, grade_name, indicator_name, value_words
from dashboard.words.format import NOTHING, score_shown
from services.credit.customer_credit import Credit, FactorView

LEAST_POINTS = 0.05
MOST_LOSSES = 3
_TESTS = {">": "over", ">=": "at_least", "<": "under", "<=": "at_most"}


def named_grade(view: CreditView, key: str | None) -> str:
    """A grade's key and name."""
    return grade_name(view.page.t, view.credit, key or "")


def grade_or_why(view: CreditView, key: str | None, of: Credit) -> str:
    """A grade's key and name; where there is none, in a word why there was none on that day."""
    return named_grade(view, key or (f"{REASON}{of.missing}" if of.missing else ""))


def rules_applied(view: CreditView) -> list[str]:
    """The rules that made the grade, in words; of caps the strictest, where it is below the score's grade."""
    by_key = {r.key: r for r in view.credit.rules}
    place = {key: i for i, key in enumerate(view.credit.grade_keys)}
    applied = [by_key[key] for key in view.now.rules]
    caps = [r for r in applied if r.effect == "at_most"]
    strictest = max((place[r.grade] for r in caps), default=0)
    caps = [r for r in caps if place[r.grade] > place.get(view.now.raw or "", -1)]
    binding = {r.indicator: r for r in caps if place[r.grade] == strictest}
    return [in_words(view, r.key) for r in applied if r.effect != "at_most" or binding.get(r.indicator) is r]


def in_words(view: CreditView, key: str) -> str:
    """A rule of the policy in words, from its values: its own name may speak of another number."""
    t, rule = view.page.t, next(r for r in view.credit.rules if r.key == key)
    effect = t(f"credit.effect.{rule.effect}", grade=named_grade(view, rule.grade))
    if rule.effect == "one_up":
        return t("credit.rule.one_up", grade=named_grade(view, view.decided.previous))
    if rule.indicator == "overdue_bills" and rule.test == ">" and rule.value == 0:
        return t("credit.rule.uncleared", effect=effect)
    return t(
        f"credit.rule.{_TESTS[rule.test]}",
        name=indicator_name(view.page.t, rule.indicator),
        value=value_words(view.page.t, rule.indicator, rule.value),
        effect=effect,
    )


def to_read(view: CreditView) -> str:
    """What a clerk can read to the customer: the grade, what cost most, the rules, what would raise it."""
    t, credit = view.page.t, view.credit
    if view.grade is None:
        return missing(view)
    sentences = [_opening(view)]
    if view.now.grade is not None:
        losses = [f for f in view.now.factors if f.lost >= LEAST_POINTS][:MOST_LOSSES]
        items = _list(view.page, [_loss(view.page, f) for f in losses])
        sentences.append(t("credit.read.losses", items=items) if losses else t("credit.read.no_loss"))
        if rules := rules_applied(view):
            sentences.append(t("credit.read.rules", rules=_list(view.page, rules)))
        if view.now.grade != view.grade:
            sentences.append(t("credit.read.up_other", grade=named_grade(view, view.now.grade)))
        if credit.grade_keys[0] == view.now.grade:
            sentences.append(best(view, "read"))
        else:
            sentences.append(_up(view))
        if view.underway:
            sentences.append(t("credit.read.until_credited"))
    return ("" if t.language == "zh" else " ").join(sentences)


def missing(view: CreditView) -> str:
    """Why there is no grade."""
    least = view.page.fmt.rate(view.credit.min_coverage, 0)
    return view.page.t(f"credit.missing.{view.now.missing or 'coverage'}", least=least)


def standing(view: CreditView) -> str:
    """Whose word the grade is and for how long; what is computed today where that is another grade."""
    t, fmt, p = view.page.t, view.page.fmt, view.published
    if view.grade is None:
        return missing(view)
    if p is None:
        return t("credit.computed")
    key = {"override": "credit.by_override", "review": "credit.by_review"}.get(p.source, "credit.published")
    said = t(key, first=fmt.date(p.valid_from), last=fmt.date(p.valid_to))
    if view.now.grade and view.now.grade != p.grade:
        beside = t("credit.computed_beside", grade=named_grade(view, view.now.grade))
        return f"{said} · {beside}"
    return said


def score_words(score: float) -> str:
    """A score to the tenth below, no decimal where it is whole; an em dash where there is none."""
    return NOTHING if math.isnan(score) else f"{score_shown(score):.1f}".removesuffix(".0")


def changes_words(view: CreditView, changes: tuple[Change, ...]) -> str:
    """Several changes that together suffice, in one sentence."""
    return view.page.t("credit.read.and").join(change_words(view, c) for c in changes)


def ways_words(view: CreditView, raising: Counterfactual) -> list[str]:
    """Each change that alone suffices, least effort first; while something is overdue, once it is paid."""
    ways = sorted(raising.single, key=lambda c: c.effort)
    first = () if raising.pay is None else (raising.pay,)
    return [changes_words(view, (*first, way)) for way in ways]


def change_words(view: CreditView, change: Change) -> str:
    """One change in words that say what to do."""
    page, key = view.page, change.indicator
    t, target = page.t, change.target
    if key == indicators.OVERDUE:
        return paying(view)
    if indicators.known(key).unit == "times" and key != "arrears_recent":
        target = math.floor(target + 1e-9)
    words = {
        "value": value_words(page.t, change.indicator, change.value),
        "target": value_words(page.t, change.indicator, target),
        "more": f"{math.ceil(change.target - change.value - 1e-9)}",
        "name": indicator_name(page.t, change.indicator),
    }
    said = t(f"credit.change.{key}" if t.has(f"credit.change.{key}") else "credit.change.other", **words)
    return said + _waiting(view, change)


def _waiting(view: CreditView, change: Change) -> str:
    """That a change has to be waited for, and to which day at least."""
    t = view.page.t
    if change.indicator not in waiting.ROLLING:
        return ""
    day = None if view.bills is None else waiting.earliest(change, view.bills, view.now.day)
    if day is None:
        return t("credit.change.waits")
    return t("credit.change.waits_until", day=view.page.fmt.date(day))


def _opening(view: CreditView) -> str:
    t, fmt = view.page.t, view.page.fmt
    words = {
        "grade": named_grade(view, view.grade),
        "day": fmt.date(view.now.day),
        "score": score_words(view.now.score),
        "best": f"{view.credit.scores[0]:g}",
    }
    if view.published is None:
        return t("credit.read.computed", **words)
    p = view.published
    said = t("credit.read.published", first=fmt.date(p.valid_from), last=fmt.date(p.valid_to), **words)
    if p.decision is None:
        return said
    return said + t(f"credit.read.{p.source}", why=p.decision.why)


def said_of(page: Page, key: str, value: float) -> str:
    """What an indicator that costs points says of the customer: unit and window, as it is read aloud."""
    if key == "overdue_bills" and math.isinf(value):
        return page.t("credit.say.overdue_bills_no_bill")
    if key == "months_since_arrear" and value == 0:
        return page.t("credit.say.months_since_arrear_now")
    if key == "consumption_trend" and value < 0:
        return page.t("credit.say.consumption_trend_down", value=value_words(page.t, key, -value))
    return page.t(f"credit.say.{key}", value=value_words(page.t, key, value))


def _loss(page: Page, f: FactorView) -> str:
    return page.t("credit.read.loss", said=said_of(page, f.indicator, f.value), points=f"{f.lost:.1f}")


def _up(view: CreditView) -> str:
    t, raising = view.page.t, view.raising
    if raising is None or not view.next_grade:
        return t("credit.read.nothing")
    if raising.cheapest:
        grade, changes = promised(view, raising), changes_words(view, raising.cheapest)
        return t("credit.read.up", grade=grade, changes=changes)
    said = t("credit.read.nothing")
    if raising.blocking:
        held = [in_words(view, key) for key in raising.blocking]
        said = t("credit.read.blocked", rules=_list(view.page, held))
    return said if raising.pay is None else t("credit.read.pay_first", pay=paying(view), said=said)


def promised(view: CreditView, raising: Counterfactual) -> str:
    """The grade that the cheapest way reaches."""
    return named_grade(
        view, view.credit.grade_keys[raising.reaches] if raising.reaches >= 0 else view.next_grade
    )


def owed(view: CreditView) -> str:
    """What is overdue and not in transit, in yuan and cents: it is to be paid."""
    fmt = view.page.fmt
    return fmt.money(view.to_pay, fmt.unit(None))


def underway(view: CreditView) -> str:
    """What is overdue and in transit, in yuan and cents: nobody pays it again."""
    fmt = view.page.fmt
    return fmt.money(view.underway, fmt.unit(None))


def paying(view: CreditView) -> str:
    """To pay what is overdue and has not been paid; what is in transit is only waited for."""
    words = {"owed": owed(view), "transit": underway(view)}
    return view.page.t(f"credit.change.overdue_all{_how_paid(view)}", **words)


def best(view: CreditView, where: str) -> str:
    """That the grade is the best, and what is overdue nevertheless; `where` it is said: read or raise."""
    if view.overdue <= 0:
        return view.page.t(f"credit.{where}.best")
    key = "best_waits" if view.to_pay <= 0 else "best_owing"
    return view.page.t(f"credit.{where}.{key}", pay=paying(view))


def _how_paid(view: CreditView) -> str:
    if not view.underway:
        return ""
    return "_rest" if view.to_pay else "_waits"


def _list(page: Page, items: list[str]) -> str:
    return page.t("credit.read.then").join(items)
