"""What stands above and below the sections: the model, the state of the what-if, what it would change."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from analytics.policy_diff import Difference, differences
from dashboard.charts.evaluation import before_and_after
from dashboard.evaluation.choice import MODEL, PART, ROW
from dashboard.evaluation.desk import REFUSED, Desk
from dashboard.evaluation.grid import Columns, grid
from dashboard.frame.policy_label import policy_said
from dashboard.page import Page
from dashboard.parts import figure_grid
from dashboard.what_if import bench, movers, whatif
from dashboard.what_if.offered_models import offered, say_why
from dashboard.words.credit_terms import changed_values, in_language
from dashboard.words.policy_words import difference
from dashboard.words.widths import wide_enough
from services.credit import adoption, moves

MOST_CHANGES = 40
SHOWN_FLOWS = 12
ENOUGH = 30
"""Of fewer customers, what is computed from them says little."""


def head(desk: Desk) -> None:
    """The model that is looked at, and whether rules are being tried."""
    page, t = desk.page, desk.page.t
    st.caption(t("evaluation.what"))
    models = offered(page, desk.tried.credit)
    key = "evaluation_model"
    st.session_state[key] = desk.model.key
    left, right = st.columns([2, 3], vertical_alignment="bottom")
    left.selectbox(
        t("evaluation.model"),
        list(models),
        format_func=lambda k: in_language(t, models[k]),
        key=key,
        on_change=lambda: _choose(page, str(st.session_state[key])),
        help=t("evaluation.model_help"),
        placeholder="",
    )
    say_why(page, desk.tried.credit, page.get(MODEL))
    changes = differences(desk.adopted, desk.tried)
    with right:
        _trying(desk, len(changes))
    if changes:
        _differences(desk, changes)


def _choose(page: Page, model: str) -> None:
    page.put(MODEL, model)
    page.put(PART, PART.default)
    page.put(ROW, "")


def _trying(desk: Desk, changes: int) -> None:
    page, t = desk.page, desk.page.t
    if desk.tried.version == desk.adopted.version:
        st.caption(t("evaluation.not_trying", policy=policy_said(page, desk.adopted.version)))
        return
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.badge(t("evaluation.trying", changes=changes), icon=":material/science:", color="orange")
        st.button(
            t("whatif.clear"), icon=":material/undo:", on_click=whatif.clear, args=(page,), key="whatif_clear"
        )
    if refused := adoption.refusal(desk.tried):
        st.caption(":material/block: " + t("evaluation.not_adoptable", why=t.error(refused)))
    else:
        st.caption(t("evaluation.adopt_there"))
    tried: str = page.get(whatif.TRY)
    page.link_to("grades", t("nav.grades"), {**page.query(), whatif.TRY.name: tried})


def _differences(desk: Desk, changes: tuple[Difference, ...]) -> None:
    """Each place that differs, in words, with what it was and what it is."""
    t = desk.page.t
    rows = [
        (
            difference(t, c.path, desk.adopted, desk.tried),
            *changed_values(t.plain, c, desk.adopted, desk.tried),
        )
        for c in changes[:MOST_CHANGES]
    ]
    heads = [t("evaluation.place"), t("evaluation.was"), t("evaluation.is")]
    with st.expander(t("evaluation.changes"), icon=":material/difference:"):
        listed = pd.DataFrame(rows, columns=heads)
        st.dataframe(listed, hide_index=True, column_config=wide_enough(listed), alt=t("evaluation.changes"))
        if len(changes) > MOST_CHANGES:
            st.caption(t("evaluation.first_changes", shown=MOST_CHANGES, changes=len(changes)))


def whom(desk: Desk) -> None:
    """Of how many customers the page speaks, and what few of them are not enough for."""
    page, many = desk.page, desk.measure()
    word = "whom" if many >= ENOUGH else "whom_few" if many else "whom_none"
    place = page.place or page.t("filters.all_units")
    model = in_language(page.t, desk.model)
    st.caption(page.t(f"evaluation.{word}", customers=page.fmt.count(many), model=model, place=place))


def refusal() -> None:
    """The sentence of a change that could not be made, once, in a place that is always there.

    Were it to come between, all below it would be drawn anew, and what is being typed there be lost.
    """
    with st.container():
        if said := st.session_state.pop(REFUSED, None):
            st.warning(said, icon=":material/block:")


def what_changes(desk: Desk) -> None:
    """Households and money by grade under the adopted and the tried rules, and who moves."""
    page, t = desk.page, desk.page.t
    with page.part(t("evaluation.effect"), t("evaluation.effect_help")):
        if desk.adopted.credit == desk.tried.credit:
            return page.empty(t("evaluation.no_effect"))
        old, new = desk.side(desk.adopted), desk.side(desk.tried)
        models = tuple(dict.fromkeys((*old.models, *new.models)))
        flows = moves.over_models(bench.flows(old, new, models))
        moved = moves.moves(flows, old.keys, new.keys)
        _figures(page, moved)
        sides = (moves.by_grade(flows, side, one.keys) for side, one in (("old", old), ("new", new)))
        table = _both(*sides)
        names = [_grade(desk, g) for g in table["grade"]]
        chart = before_and_after(table.assign(name=names), page.look)
        page.chart(chart, "evaluation_effect", t("evaluation.effect_alt"))
        _grade_table(
            desk,
            table.assign(name=names, households_change=table["new_households"] - table["old_households"]),
        )
        if moved.changed:
            _who_moves(desk, old, new, models, flows)
        else:
            st.caption(t("evaluation.nobody_moves"))
    return None


def _figures(page: Page, moved: moves.Moves) -> None:
    t, fmt = page.t, page.fmt
    held = t("evaluation.they_hold", amount=fmt.money(moved.balance))
    cards = [(t("evaluation.moved"), fmt.count(moved.changed), None, held)]
    if moved.up is not None:
        cards += [
            (t("evaluation.up"), fmt.count(moved.up), None, t("evaluation.up_what")),
            (t("evaluation.down"), fmt.count(moved.down), None, t("evaluation.down_what")),
        ]
    figure_grid(page, cards)


def _both(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Households and balance of the grades that anybody holds, `old_` and `new_`."""
    table = moves.beside(before, after)
    held = table[["old_households", "new_households"]].sum(axis=1) > 0
    return table[held].reset_index(drop=True)


def _grade(desk: Desk, key: str) -> str:
    known = key in desk.tried.credit.grade_keys
    return desk.grade_words(desk.tried if known else desk.adopted, key)


def _grade_table(desk: Desk, table: pd.DataFrame) -> None:
    fmt, t = desk.page.fmt, desk.page.t
    columns: Columns = {
        "name": (t("columns.grade"), str),
        "old_households": (t("evaluation.was"), fmt.count),
        "new_households": (t("evaluation.is"), fmt.count),
        "households_change": (t("evaluation.change"), lambda v: fmt.signed(v) if v else "0"),
        "old_balance": (t("evaluation.old_balance"), fmt.money),
        "new_balance": (t("evaluation.new_balance"), fmt.money),
    }
    grid(desk, "model_effect", table, columns)


def _who_moves(
    desk: Desk, old: bench.Side, new: bench.Side, models: tuple[str, ...], flows: pd.DataFrame
) -> None:
    page, t = desk.page, desk.page.t
    moved = flows[flows["old"] != flows["new"]].sort_values("households", ascending=False)
    said = [
        t(
            "evaluation.flow",
            old=desk.grade_words(desk.adopted, r["old"]),
            new=desk.grade_words(desk.tried, r["new"]),
            households=page.fmt.count(r["households"]),
            balance=page.fmt.money(r["balance"]),
        )
        for r in moved.head(SHOWN_FLOWS).to_dict("records")
    ]
    everybody, others = (int(moved["households"].iloc[first:].sum()) for first in (0, SHOWN_FLOWS))
    label = t("evaluation.who_moves", count=page.fmt.count(everybody))
    box = st.expander(label, on_change="rerun", key="evaluation_who_moves")
    with box:
        st.markdown("\n".join(f"- {line}" for line in said))
        if others:
            st.caption(t("evaluation.other_flows", households=page.fmt.count(others)))
        if box.open:
            movers.show(page, old, new, models, everybody, desk.said())
