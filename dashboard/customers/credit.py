"""One customer's credit: one grade, one light, a sentence to read out; the rest is detail behind tabs."""

from __future__ import annotations

import math
from collections.abc import Callable

import pandas as pd
import streamlit as st

from dashboard.charts.credit import Bar, memberships, points, score_history
from dashboard.customers import credit_decisions, credit_services, credit_sheet
from dashboard.customers import credit_words as words
from dashboard.customers.credit_view import CreditView, history_of, view_of
from dashboard.page import Page
from dashboard.parts import figure_grid
from dashboard.tables.downloads import downloads
from dashboard.tables.table import text_table
from dashboard.words.credit_terms import in_language, indicator_name, value_words
from dashboard.words.format import score_shown
from dashboard.words.literal import literal
from dashboard.words.widths import wide_enough
from services.customers.lists import CustomerFile

TABS = ("reasons", "raise", "history", "services", "decisions")
POINTS = ("gained", "lost")
LIGHT_ICON = {"red": ":red", "orange": ":orange", "yellow": ":yellow", "none": ":gray"}


def show(page: Page, customer: CustomerFile, name: str) -> None:
    """The whole part; `name` as this reader may see it. What the grade is owed is noted once."""
    t = page.t
    with page.part(t("columns.register.grade"), t("credit.title_help")):
        if not page.policy.credit.models:
            page.empty(t("credit.no_policy"))
            return
        view = view_of(page, customer)
        credit_services.note(view)
        at_a_glance(view)
        _sentence(view)
        credit_sheet.offer(view, customer, name)
        tabs = st.tabs(
            [t(f"credit.tabs.{key}") for key in TABS], key=f"credit_{view.cons_no}", on_change="rerun"
        )
        shown: tuple[Callable[[CreditView, CustomerFile], None], ...] = (
            _reasons,
            _raise,
            _history,
            credit_services.show,
            credit_decisions.show,
        )
        for tab, draw in zip(tabs, shown, strict=True):
            if tab.open:
                with tab:
                    draw(view, customer)


def at_a_glance(view: CreditView) -> None:
    """Grade, score and light, each with what stands behind it."""
    t, now = view.page.t, view.now
    best = f"{view.credit.scores[0]:g}"
    share = view.page.fmt.rate(now.coverage, 0)
    below = t("credit.coverage", share=share) if now.coverage < 1 - 1e-9 else t("credit.score_of", best=best)
    model = next((m for m in view.credit.models if m.key == now.model), None)
    if model is not None:
        named = t("credit.model", model=in_language(t, model))
        below = f"{below} · {named}"
    reasons = t.listed(t(f"credit.light_reason.{r}") for r in view.light.reasons)
    figure_grid(
        view.page,
        [
            (
                t("columns.register.grade"),
                words.grade_or_why(view, view.grade, now),
                None,
                words.standing(view),
            ),
            (t("columns.score"), words.score_words(now.score), None, below),
            (
                t("columns.light"),
                t(f"credit.lights.{view.light.light}"),
                None,
                f"{_lamp(view)} {reasons or t('credit.light_help')}",
            ),
        ],
    )


def _lamp(view: CreditView) -> str:
    return f"{LIGHT_ICON[view.light.light]}[:material/circle:]"


def _sentence(view: CreditView) -> None:
    with st.container(border=True):
        st.caption(view.page.t("credit.read.title"))
        st.markdown(literal(words.to_read(view)))


def bars(view: CreditView) -> list[Bar]:
    """The known factors, the largest loss first."""
    page = view.page
    return [
        Bar(
            indicator_name(page.t, f.indicator),
            value_words(page.t, f.indicator, f.value),
            f.gained,
            f.lost,
            f.memberships,
        )
        for f in view.now.factors
        if not math.isnan(f.lost)
    ]


def _reasons(view: CreditView, _: CustomerFile) -> None:
    page, t = view.page, view.page.t
    if not view.now.factors:
        page.empty(words.missing(view))
        return
    rows = bars(view)
    left, right = st.columns(2, gap="medium")
    with left:
        st.markdown(f"**{t('credit.reasons.chart')}**")
        figure = points(rows, page.look, t("credit.reasons.gained"), t("credit.reasons.lost"))
        page.chart(figure, "credit_points", t("credit.reasons.chart_alt"))
    with right:
        st.markdown(f"**{t('credit.reasons.memberships')}**")
        whole = Bar(t("credit.reasons.whole"), words.score_words(view.now.score), 0, 0, view.now.memberships)
        groups = [Bar(t(f"credit.group.{key}"), "", 0, 0, mu) for key, mu in view.now.groups]
        stack = [whole, *(groups if len(groups) > 1 else []), *rows]
        grades = [words.named_grade(view, key) for key in view.credit.grade_keys]
        page.chart(
            memberships(stack, page.look, grades), "credit_memberships", t("credit.reasons.memberships_alt")
        )
    additive = view.credit.operator == "M(prod,sum)"
    st.caption(t("credit.reasons.additive" if additive else "credit.reasons.not_additive"))
    _rules(view)
    _table(view)


def _rules(view: CreditView) -> None:
    t, now = view.page.t, view.now
    st.markdown(f"**{t('credit.reasons.rules')}**")
    applied = words.rules_applied(view)
    if not applied:
        st.markdown(t("credit.reasons.no_rules"))
        return
    st.markdown("\n".join(f"- {literal(rule)}" for rule in applied))
    raw, grade = words.named_grade(view, now.raw), words.named_grade(view, now.grade)
    st.markdown(literal(t("credit.reasons.raw", raw=raw, grade=grade)))


def _factors(view: CreditView) -> tuple[pd.DataFrame, dict[str, str]]:
    """Every factor, its value in words, and the headings."""
    t, page = view.page.t, view.page
    rows = [
        {
            "indicator": indicator_name(page.t, f.indicator),
            "group": t(f"credit.group.{f.group}"),
            "indicator_value": t("credit.reasons.unknown")
            if math.isnan(f.value)
            else value_words(page.t, f.indicator, f.value),
            "weight": f.weight,
            "gained": f.gained,
            "lost": f.lost,
        }
        for f in view.now.factors
    ]
    titles = {key: t(f"credit.reasons.{key}") for key in rows[0]} if rows else {}
    return pd.DataFrame(rows), titles


def _table(view: CreditView) -> None:
    page = view.page
    frame, titles = _factors(view)
    shown = frame.assign(
        weight=[page.fmt.rate(v, 1) for v in frame["weight"]],
        **{c: [page.fmt.number(v, 1) for v in frame[c]] for c in POINTS},
    )
    text_table(shown.rename(columns=titles), 4)
    title = page.t("credit.reasons.table")
    downloads(page, "credit_points", frame, titles, title=title)


def _raise(view: CreditView, _: CustomerFile) -> None:
    page, t, raising = view.page, view.page.t, view.raising
    if raising is None:
        page.empty(words.missing(view))
        return
    if view.next_grade is None:
        page.empty(words.best(view, "raise"))
        return
    now, above = words.named_grade(view, view.now.grade), words.promised(view, raising)
    st.markdown(f"**{literal(t('credit.raise.to', grade=now, next=above))}**")
    if not raising.cheapest:
        held = [words.in_words(view, key) for key in raising.blocking]
        key = "credit.raise.blocked" if held else "credit.raise.nothing"
        said = t(key, rules=t("credit.read.then").join(held))
        page.empty(t("credit.raise.pay_first", pay=words.paying(view), said=said) if raising.pay else said)
        return
    st.markdown(t("credit.raise.cheapest"))
    st.markdown("\n".join(f"- {literal(words.change_words(view, c))}" for c in raising.cheapest))
    if raising.cheapest != (raising.pay,):
        st.markdown(t("credit.raise.single"))
        ways = [f"- {literal(way)}" for way in words.ways_words(view, raising)]
        st.markdown("\n".join(ways) or t("credit.raise.none_single"))
    st.caption(t("credit.raise.note"))


def _history(view: CreditView, customer: CustomerFile) -> None:
    page, t = view.page, view.page.t
    months = history_of(view, page.store.facts.first_issue or page.scope.as_of)
    if not months:
        page.empty(t("credit.history.none"))
        return
    credits = [c for c, _ in months]
    keys = view.credit.grade_keys
    names = [words.named_grade(view, key) for key in keys]
    model = next((m for m in view.credit.models if m.key == credits[-1].model), None)
    figure = score_history(
        [c.day for c in credits],
        [c.score for c in credits],
        [keys.index(c.grade) if c.grade in keys else -1 for c in credits],
        names,
        model.cutoffs if model else (),
        page.look,
        t("columns.score"),
    )
    st.markdown(f"**{t('credit.history.chart')}**")
    page.chart(figure, "credit_history", t("credit.history.chart_alt"))
    st.caption(t("credit.history.note"))
    rows = [
        {
            "month_end": c.day,
            "grade": words.grade_or_why(view, c.grade, c),
            "score": score_shown(c.score),
            "published_grade": words.named_grade(view, held) if held else "—",
        }
        for c, held in reversed(months)
    ]
    titles = {key: t(f"credit.history.{key}") for key in ("month_end", "grade", "published_grade")}
    titles["score"] = t("columns.score")
    frame = pd.DataFrame(rows)
    shown = frame.assign(
        month_end=[page.fmt.date(d) for d in frame["month_end"]],
        score=[words.score_words(v) for v in frame["score"]],
    )
    history = shown.rename(columns=titles)
    st.dataframe(
        history,
        hide_index=True,
        column_config=wide_enough(history),
        height=260,
        alt=t("credit.history.table"),
    )
    downloads(page, "credit_history", frame, titles, title=t("credit.history.table"))
