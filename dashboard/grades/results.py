"""What a what-if comes to: facts beside the adopted policy, estimates with their range, who moves."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from analytics.collection_work import WORK
from dashboard.charts import grades as charts
from dashboard.frame.policy_label import policy_label
from dashboard.grades import choice as chosen
from dashboard.grades import guesses, rest, verdict
from dashboard.page import Page
from dashboard.parts import Card, figure_grid, metric
from dashboard.tables.table import offer, table, titles
from dashboard.what_if import bench, movers
from dashboard.words.collection_words import action_name
from dashboard.words.credit_terms import grade_names, model_name
from dashboard.words.i18n import Translator
from dashboard.words.literal import literal
from services.credit import moves, work_load
from services.files.columns import title

FACTS = ("households", "overdue_households", "balance", "overdue")


def models_of(old: bench.Side, new: bench.Side, model: str) -> list[str]:
    """The classes that a choice stands for."""
    return list(dict.fromkeys((*old.models, *new.models))) if model == chosen.ALL_MODELS else [model]


def found(old: bench.Side, new: bench.Side, model: str) -> pd.DataFrame:
    """Who stands where before and after, of one class or all."""
    return moves.over_models(bench.flows(old, new, models_of(old, new, model)))


def show(page: Page, old: bench.Side, new: bench.Side, model: str) -> None:
    """Facts, then estimates."""
    flows = found(old, new, model)
    before, after = (
        moves.with_rest(moves.by_grade(flows, name, side.keys), bench.rest(side, models_of(old, new, model)))
        for name, side in (("old", old), ("new", new))
    )
    models = models_of(old, new, model)
    with page.part(page.t("grades.facts"), page.t("grades.facts_help")):
        verdict.say(page, old, new, models, flows)
        st.caption(literal(_who(page, old, new, model)))
        _moved(page, moves.moves(flows, old.keys, new.keys))
        _distribution(page, old, new, before, after)
        graded = after[after["grade"] != moves.UNGRADED_KEY].rename(columns={"households": "customers"})
        left = bench.rest(new, models)
        rest.show(page, graded, left, tied=model == chosen.ALL_MODELS)
    guesses.show(page, old, new, models)


def _who(page: Page, old: bench.Side, new: bench.Side, model: str) -> str:
    """Which class, and which policies stand side by side."""
    t = page.t
    return t(
        "grades.beside",
        model=model_name(page.t, old.credit, model),
        adopted=policy_label(page, old.policy.version),
        tried=t("grades.same") if new.policy == old.policy else policy_label(page, new.policy.version),
    )


def _moved(page: Page, moved: moves.Moves) -> None:
    t, fmt = page.t, page.fmt
    cards: list[Card] = [
        (
            t("grades.changed"),
            fmt.count(moved.changed),
            None,
            t("customers.mission.owes", amount=fmt.money(moved.overdue)),
        )
    ]
    if moved.up is not None:
        cards += [
            (t("evaluation.up"), fmt.count(moved.up), None, None),
            (t("evaluation.down"), fmt.count(moved.down), None, None),
        ]
    figure_grid(page, cards)


def _distribution(
    page: Page, old: bench.Side, new: bench.Side, before: pd.DataFrame, after: pd.DataFrame
) -> None:
    t = page.t
    names = grade_names(page.t, old.credit) | grade_names(page.t, new.credit)
    both = moves.beside(before, after)
    both = both.rename(columns={f"{side}_late": f"{side}_overdue_households" for side in ("old", "new")})
    figure = charts.distribution(both, page.look, names, new.keys, tried=new.policy != old.policy)
    page.chart(figure, "grade_distribution", t("grades.distribution_alt"))
    asks_for(page, old, new, before, after)
    work = [
        work_load.by_grade(side.policy.collection, rows).set_index("grade")
        for side, rows in ((old, before), (new, after))
    ]
    whole = both.set_index("grade")
    for side, frame in zip(("old", "new"), work, strict=True):
        whole[[f"{side}_{c}" for c in frame.columns]] = frame.reindex(whole.index)
    shown = whole.reset_index()
    shown["grade"] = shown["grade"].map(names)
    sides = ("old", "new") if new.policy != old.policy else ("old",)
    asked = work_load.in_use(*(dict(frame.sum()) for frame in work))
    measures = (*FACTS, *asked)
    heads = {f"{s}_{m}": _heading(page, s, m, len(sides)) for m in measures for s in sides}
    with st.expander(t("grades.table"), icon=":material/table:", expanded=False):
        st.caption(t("grades.work_help"))
        table(page, "grade_facts", _whole_numbers(shown), titles(page, ("grade",)) | heads)


def asks_for(page: Page, old: bench.Side, new: bench.Side, before: pd.DataFrame, after: pd.DataFrame) -> None:
    """What the actions ask of people in the next 90 days, and how much more or less than adopted."""
    t, fmt = page.t, page.fmt
    was = work_load.in_all(old.policy.collection, before)
    now = work_load.in_all(new.policy.collection, after)
    tried = new.policy != old.policy
    st.caption(t("grades.work_load"))
    asked = work_load.in_use(was, now)
    grid = st.grid(len(asked), min_column_width=110, gap="xsmall", border=True)
    for name in asked:
        change = fmt.signed(now[name] - was[name]) if tried else None
        with grid.cell():
            metric(work_name(t, name), fmt.count(now[name]), change, "less")


def work_name(t: Translator, name: str) -> str:
    """An action of the work load, or the hours that all take."""
    return title(t, name) if name == "hours" else action_name(t, name)


def _heading(page: Page, side: str, measure: str, sides: int) -> str:
    what = title(page.t, measure) if measure in FACTS else work_name(page.t, measure)
    return what if sides == 1 else page.t(f"grades.side.{side}", what=what)


def _whole_numbers(frame: pd.DataFrame) -> pd.DataFrame:
    counted = [f"{side}_{c}" for side in ("old", "new") for c in (*WORK, "hours")]
    return frame.assign(**{c: frame[c].fillna(0).round().astype("int64") for c in counted})


def people(page: Page, old: bench.Side, new: bench.Side, model: str) -> None:
    """The flow between old and new grades, and the list of who moves."""
    t = page.t
    with page.part(t("grades.movers"), t("grades.movers_help")):
        flows = found(old, new, model)
        moved = flows[flows["old"] != flows["new"]]
        if moved.empty:
            page.empty(t("grades.nobody_moves"))
            return
        sides = (grade_names(page.t, old.credit), grade_names(page.t, new.credit))
        stay, everybody = (
            page.fmt.count(int(f["households"].sum())) for f in (flows.drop(moved.index), flows)
        )
        st.caption(t("grades.who_stays", stay=stay, households=everybody))
        figure = charts.flow(moved, page.look, sides, (old.keys, new.keys))
        page.chart(figure, "grade_flow", t("grades.flow_alt"))
        named = moved.assign(old=moved["old"].map(sides[0]), new=moved["new"].map(sides[1]))
        named = named.rename(columns={"late": "overdue_households"})
        columns = ("old", "new", *FACTS)
        offer(page, "grade_flow", named, titles(page, columns, "grading"))
        count, words = int(moved["households"].sum()), (_who(page.plain, old, new, model),)
        movers.show(page, old, new, models_of(old, new, model), count, words)
