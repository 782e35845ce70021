"""Back-test: grades of a day in the past held against who fell into arrears in the 90 days after."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pandas as pd
import streamlit as st

from dashboard.charts import grade_history as charts
from dashboard.frame.policy_label import policy_said
from dashboard.grades import choice as chosen
from dashboard.grades import rest
from dashboard.links.filters import Param
from dashboard.page import Page
from dashboard.parts import figure_grid
from dashboard.shared.state_store import existing_state
from dashboard.tables.cells import Own
from dashboard.tables.table import offer, small_table, titles
from dashboard.what_if import whatif
from dashboard.words.credit_terms import grade_names, model_name
from dashboard.words.literal import literal
from services.credit import backtest_files, grade_history, ungraded
from services.credit.backtest import HORIZON_DAYS, BackTest, Compared

POPULATIONS = ("everyone", "without_arrears")
RANKINGS = ("score", "logistic", "last_period", "plain_rules")
MEASURES = ("auc", "ks", "gini", "lift")


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


AT: Param[date] = Param("at", date.min, _day, date.isoformat)


def show(page: Page) -> None:
    """Which day and policy; the test once it was run."""
    t = page.t
    with page.part(t("grades.backtest"), t("grades.backtest_help", days=HORIZON_DAYS)):
        days = _days(page)
        if not days:
            page.empty(t("grades.backtest_too_short", days=HORIZON_DAYS))
            return
        policy = whatif.tried(page)
        day = _chosen(page, days)
        st.caption(t("grades.backtest_of", policy=policy_said(page, policy.version), day=page.fmt.date(day)))
        db, scope, kept = page.store.db, page.scope, existing_state()
        tested = backtest_files.kept(db, policy, day, scope, kept)
        if tested is None:
            if not st.button(t("grades.run_backtest"), key="run_backtest", type="primary"):
                page.empty(t("grades.backtest_not_run"))
                return
            bar = st.progress(0.0, t("grades.running_backtest"))

            def heard(done: float) -> None:
                bar.progress(done, t("grades.running_backtest"))

            tested = backtest_files.make(db, policy, day, scope, heard, kept)
            bar.empty()
        _result(page, tested)


def _days(page: Page) -> list[date]:
    """The days that can be tested: the newest that the data cover, then month ends; newest first."""
    facts = page.store.facts
    if facts.first_issue is None or facts.extract_on is None:
        return []
    newest = min(page.scope.as_of, facts.extract_on) - timedelta(days=HORIZON_DAYS)
    first = facts.first_issue + timedelta(days=HORIZON_DAYS)
    ends = grade_history.month_ends(newest, first)
    return list(dict.fromkeys([*([newest] if newest >= first else []), *reversed(ends)]))


def _chosen(page: Page, days: list[date]) -> date:
    key = "backtest_at"
    st.session_state[key] = page.pick(AT, days, days[0])
    st.selectbox(
        page.t("grades.graded_on"),
        days,
        format_func=page.fmt.date,
        key=key,
        on_change=lambda: page.put(AT, st.session_state[key]),
        placeholder="",
        width=260,
    )
    chosen: date = st.session_state[key]
    return chosen


def _result(page: Page, result: BackTest) -> None:
    t, fmt, credit = page.t, page.fmt, page.policy.credit
    groups: dict[str, Compared] = {
        "everyone": result.everyone,
        "without_arrears": result.without_arrears,
        **result.by_model,
    }
    key = "backtest_among"
    asked = _among(page, groups)
    st.session_state[key] = asked
    st.segmented_control(
        t("grades.among_whom"),
        list(groups),
        required=True,
        format_func=lambda g: (
            t(f"grades.among.{g}") if g in POPULATIONS else literal(model_name(page.t, credit, g))
        ),
        key=key,
        on_change=lambda: page.put(chosen.AMONG, st.session_state[key]),
    )
    part = groups[asked]
    if not part.customers:
        page.empty(t("grades.nobody"))
        return
    score = part.rankings["score"]
    figure_grid(
        page,
        [
            (t("grades.tested"), fmt.count(part.customers), None, t("grades.fell", bad=fmt.count(part.bad))),
            ("AUC", fmt.number(score.auc, 3), None, t("grades.auc_means")),
            ("KS", fmt.number(score.ks, 3), None, t("grades.ks_means")),
            (t("grades.psi"), fmt.number(result.psi, 3), None, t("grades.psi_before")),
        ],
    )
    _by_grade(page, part)
    if asked == "everyone":
        tested = result.population["reason"] == ungraded.TESTED
        rest.show(
            page,
            result.population[tested],
            result.population[~tested],
            of=replace(page.scope, as_of=result.as_of),
        )
    _rankings(page, part)
    _models(page, result)


def _among(page: Page, groups: dict[str, Compared]) -> str:
    return page.pick(chosen.AMONG, groups, "everyone")


def _by_grade(page: Page, part: Compared) -> None:
    t = page.t
    frame = part.grades.rename_axis("grade").reset_index()
    keys = frame["grade"].tolist()
    names = grade_names(page.t, page.policy.credit)
    names = {key: names.get(key, key) for key in keys}
    (st.success if part.monotone else st.warning)(
        t("grades.monotone" if part.monotone else "grades.not_monotone")
    )
    page.chart(charts.rates_by_grade(frame, page.look, names, keys), "grade_rates", t("grades.rates_alt"))
    named = frame.assign(grade=frame["grade"].map(names), households=frame["customers"])
    columns = ("grade", "households", "bad", "rate", "low", "high")
    offer(page, "grade_rates", named, titles(page, columns, "grading"))


def _rankings(page: Page, part: Compared) -> None:
    """Score beside regression, last period and plain rules."""
    t = page.t
    st.markdown(f"**{t('grades.against')}**", help=t("grades.against_help"))
    rows = [
        {"ranking": t(f"grades.ranking.{name}"), **{m: getattr(part.rankings[name], m) for m in MEASURES}}
        for name in RANKINGS
    ]
    frame = pd.DataFrame(rows)
    heads = titles(page, ("ranking", *MEASURES))
    small_table(page, frame, heads)
    offer(page, "grade_rankings", frame, heads)


def _models(page: Page, tested: BackTest) -> None:
    """Each class's AUC by score and by regression."""
    t = page.t
    if len(tested.by_model) < 2:
        return
    st.markdown(f"**{t('grades.by_class')}**")
    rows = [
        {
            "model": model_name(page.t, page.policy.credit, key),
            "households": part.customers,
            "bad": part.bad,
            **{f"auc_{name}": part.rankings[name].auc for name in RANKINGS},
            "in_order": t("common.yes" if part.monotone else "common.no"),
        }
        for key, part in tested.by_model.items()
    ]
    heads = titles(page, ("model", "households", "bad"), "grading")
    heads |= {f"auc_{name}": f"AUC · {t(f'grades.ranking.{name}')}" for name in RANKINGS}
    frame = pd.DataFrame(rows)
    heads["in_order"] = t("columns.in_order")
    own: Own = dict.fromkeys((f"auc_{name}" for name in RANKINGS), "number")
    small_table(page, frame, heads, own=own)
    offer(page, "grade_classes", frame, heads, own=own)
