"""What a what-if comes to: facts beside the adopted policy, estimates with their range, who moves."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard.charts import grades as charts
from dashboard.downloads import BigList, download_big
from dashboard.grades import bench, guesses, rest, state, verdict
from dashboard.grades.words import grade_names, model_name
from dashboard.literal import literal
from dashboard.parts import Card, figure_grid, metric
from dashboard.policy_label import policy_label
from dashboard.shell import Page
from dashboard.tables import offer, table
from data.credit_queries import named_customers
from services.credit import whatif
from services.credit.slim import Slim
from services.files.adding_up import adding
from services.files.export_cells import Kind
from services.files.exports import Column

SHOWN = 200
FACTS = ("households", "overdue_households", "balance", "overdue")
KINDS: dict[str, Kind] = {"score": "decimal", "overdue": "money", "balance": "money"}
LISTED = ("cons_no", "name", "org_name", "model", "old", "new", "score", "overdue", "balance")


def models_of(old: bench.Standing, model: str) -> list[str]:
    """The classes that a choice stands for."""
    return [m.key for m in old.credit.models] if model == state.ALL_MODELS else [model]


def found(old: bench.Standing, new: bench.Standing, model: str) -> pd.DataFrame:
    """Who stands where before and after, of one class or all."""
    parts = [bench.flows(old, new, m) for m in models_of(old, model)]
    whole = pd.concat(parts).groupby(["old", "new"], as_index=False, sort=False).sum(numeric_only=True)
    return whole.assign(model=model)


def show(page: Page, old: bench.Standing, new: bench.Standing, model: str) -> None:
    """Facts, then estimates."""
    flows = found(old, new, model)
    before, after = (
        whatif.with_rest(whatif.by_grade(flows, name, side.keys), bench.rest(side, models_of(side, model)))
        for name, side in (("old", old), ("new", new))
    )
    models = models_of(old, model)
    with page.part(page.t("grades.facts"), page.t("grades.facts_help")):
        verdict.say(page, old, new, models, flows)
        st.caption(literal(_who(page, old, new, model)))
        _moved(page, whatif.moves(flows, old.keys, new.keys))
        _distribution(page, old, new, before, after)
        graded = after[after["grade"] != whatif.UNGRADED_KEY].rename(columns={"households": "customers"})
        left = bench.rest(new, models)
        rest.show(page, graded, left, tied=model == state.ALL_MODELS)
    guesses.show(page, old, new, models)


def _who(page: Page, old: bench.Standing, new: bench.Standing, model: str) -> str:
    """Which class, and which policies stand side by side."""
    t = page.t
    return t(
        "grades.beside",
        model=model_name(page, old.credit, model),
        adopted=policy_label(page, old.policy.version),
        tried=t("grades.same") if new.policy == old.policy else policy_label(page, new.policy.version),
    )


def _moved(page: Page, moves: whatif.Moves) -> None:
    t, fmt = page.t, page.fmt
    cards: list[Card] = [
        (
            t("grades.changed"),
            fmt.count(moves.changed),
            None,
            t("grades.owing", amount=fmt.money(moves.overdue)),
        )
    ]
    if moves.up is not None:
        cards += [
            (t("grades.up"), fmt.count(moves.up), None, None),
            (t("grades.down"), fmt.count(moves.down), None, None),
        ]
    figure_grid(page, cards)


def _distribution(
    page: Page, old: bench.Standing, new: bench.Standing, before: pd.DataFrame, after: pd.DataFrame
) -> None:
    t = page.t
    names = grade_names(page, old.credit) | grade_names(page, new.credit)
    both = _beside(before, after)
    figure = charts.distribution(both, page.look, names, new.keys, tried=new.policy != old.policy)
    page.chart(figure, "grade_distribution", t("grades.distribution_alt"))
    work_load(page, old, new, before, after)
    work = [
        whatif.work(side.credit.collection, rows).set_index("grade")
        for side, rows in ((old, before), (new, after))
    ]
    whole = both.set_index("grade")
    for side, frame in zip(("old", "new"), work, strict=True):
        whole[[f"{side}_{c}" for c in frame.columns]] = frame.reindex(whole.index)
    shown = whole.reset_index()
    shown["grade"] = shown["grade"].map(names)
    sides = ("old", "new") if new.policy != old.policy else ("old",)
    measures = (*FACTS, "phone", "visit", "hours")
    titles = {f"{s}_{m}": _heading(page, s, m, len(sides)) for m in measures for s in sides}
    with st.expander(t("grades.table"), icon=":material/table:", expanded=False):
        st.caption(t("grades.work_help"))
        table(page, "grade_facts", _whole_numbers(shown), {"grade": t("grades.columns.grade"), **titles})


def work_load(
    page: Page, old: bench.Standing, new: bench.Standing, before: pd.DataFrame, after: pd.DataFrame
) -> None:
    """What the actions ask of people in the next 90 days, and how much more or less than adopted."""
    t, fmt = page.t, page.fmt
    was = whatif.work_in_all(old.credit.collection, before)
    now = whatif.work_in_all(new.credit.collection, after)
    tried = new.policy != old.policy
    st.caption(t("grades.work_load"))
    grid = st.grid(len(now), min_column_width=110, gap="xsmall", border=True)
    for name, count in now.items():
        change = fmt.signed(count - was[name]) if tried else None
        with grid.cell():
            metric(t(f"grades.columns.{name}"), fmt.count(count), change, "less")


def _heading(page: Page, side: str, measure: str, sides: int) -> str:
    what = page.t(f"grades.columns.{measure}")
    return what if sides == 1 else page.t(f"grades.side.{side}", what=what)


def _whole_numbers(frame: pd.DataFrame) -> pd.DataFrame:
    counted = [c for c in frame.columns if c.endswith(("phone", "visit", "hours", "sms"))]
    return frame.assign(**{c: frame[c].fillna(0).round().astype("int64") for c in counted})


def _beside(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """One row per grade that either policy has; columns `old_…` and `new_…`, the ungraded last."""
    sides = [
        f.rename(columns={"late": "overdue_households"}).set_index("grade").add_prefix(f"{side}_")
        for side, f in (("old", before), ("new", after))
    ]
    order = sorted({*before["grade"], *after["grade"]}, key=lambda k: (k == "", _place(k, before, after)))
    return (
        pd.concat(sides, axis=1).reindex(order).fillna(0).astype("int64").rename_axis("grade").reset_index()
    )


def _place(key: str, before: pd.DataFrame, after: pd.DataFrame) -> int:
    for frame in (after, before):
        places = frame.index[frame["grade"] == key]
        if len(places):
            return int(places[0])
    return 0


def people(page: Page, old: bench.Standing, new: bench.Standing, model: str) -> None:
    """The flow between old and new grades, and the list of who moves."""
    t = page.t
    with page.part(t("grades.movers"), t("grades.movers_help")):
        flows = found(old, new, model)
        moved = flows[flows["old"] != flows["new"]]
        if moved.empty:
            page.empty(t("grades.nobody_moves"))
            return
        sides = (grade_names(page, old.credit), grade_names(page, new.credit))
        stay, everybody = (
            page.fmt.count(int(f["households"].sum())) for f in (flows.drop(moved.index), flows)
        )
        st.caption(t("grades.who_stays", stay=stay, households=everybody))
        figure = charts.flow(moved, page.look, sides, (old.keys, new.keys))
        page.chart(figure, "grade_flow", t("grades.flow_alt"))
        named = moved.assign(old=moved["old"].map(sides[0]), new=moved["new"].map(sides[1]))
        named = named.rename(columns={"late": "overdue_households"})
        columns = ("old", "new", *FACTS)
        offer(page, "grade_flow", named, {c: t(f"grades.columns.{c}") for c in columns})
        _list(page, old, new, model, int(moved["households"].sum()))


def _list(page: Page, old: bench.Standing, new: bench.Standing, model: str, rows: int) -> None:
    t = page.t
    kept = [p for p in new.given.parts if p.model in models_of(old, model)]
    given = Slim(new.given.key, new.given.as_of, new.given.customers, tuple(kept))
    sides = (old.grades, new.grades, old.keys, new.keys)
    db = page.store.db
    frame = named_customers(db, whatif.movers(given, *sides, most=SHOWN), SHOWN).read_all().to_pandas()
    names = grade_names(page, old.credit) | grade_names(page, new.credit)
    classes = {m.key: model_name(page, old.credit, m.key) for m in old.credit.models}
    labels = {"old": names, "new": names, "model": classes}
    shown = frame.assign(
        old=frame["old"].map(names),
        new=frame["new"].map(names),
        model=frame["model"].map(classes),
        score=[page.fmt.score(v) for v in frame["score"]],
    )
    st.caption(t("grades.first_movers", shown=page.fmt.count(len(shown)), rows=page.fmt.count(rows)))
    titles = {c: t(f"grades.columns.{c}") for c in LISTED}
    adds = adding("grade_movers", LISTED)
    heads = titles | {c: page.fmt.in_yuan(titles[c]) for c in LISTED if KINDS.get(c) == "money"}
    biggest = BigList(
        [Column(c, heads[c], KINDS.get(c, "text"), labels.get(c), adds=c in adds) for c in LISTED],
        lambda: named_customers(db, whatif.movers(given, *sides), rows),
        rows,
        (old.scope, new.scope, new.policy.version, model),
    )
    height = min(38 + 35 * len(shown), 420)
    row = table(
        page,
        "grade_movers",
        shown,
        titles,
        files=False,
        height=height,
        select=True,
        is_whole=rows <= len(shown),
    )
    words = (_who(page.plain, old, new, model),)
    download_big(page, "grade_movers", biggest, title=t("tables.grade_movers"), filters=words)
    if row is not None:
        page.open_customer(str(shown["cons_no"].iloc[row]))
