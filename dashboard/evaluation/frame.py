"""What stands above and below the sections: the model, the state of the what-if, what it would change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from analytics.policy_diff import Difference, differences
from dashboard import whatif
from dashboard.charts.evaluation import before_and_after
from dashboard.downloads import downloads
from dashboard.evaluation.choice import MODEL, PART, ROW
from dashboard.evaluation.desk import REFUSED, Desk, model_name
from dashboard.evaluation.grid import Columns, grid
from dashboard.offered_models import offered, say_why
from dashboard.opening import UNSORTED
from dashboard.parts import figure_grid
from dashboard.policy_label import policy_said
from dashboard.policy_words import difference
from dashboard.shell import Page
from dashboard.widths import wide_enough
from services.credit import adoption, model_effect
from services.credit.model_effect import Effect

MOST_CHANGES = 40
SHOWN_MOVERS = 200
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
        format_func=lambda k: model_name(page, models[k]),
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
    rows = [(difference(t, c.path, desk.adopted, desk.tried), c.old, c.new) for c in changes[:MOST_CHANGES]]
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
    model = model_name(page, desk.model)
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
        found: Effect = desk.ask(_effect)
        fmt = page.fmt
        same = found.up >= 0
        cards = [
            (
                t("evaluation.moved"),
                fmt.count(found.moved),
                None,
                t("evaluation.they_hold", amount=fmt.money(found.moved_balance)),
            )
        ]
        if same:
            cards += [
                (t("evaluation.up"), fmt.count(found.up), None, t("evaluation.up_what")),
                (t("evaluation.down"), fmt.count(found.down), None, t("evaluation.down_what")),
            ]
        figure_grid(page, cards)
        table = found.grades[found.grades[["old", "new"]].sum(axis=1) > 0]
        names = [_grade(desk, g) for g in table["grade"]]
        chart = before_and_after(table.assign(name=names), page.look)
        page.chart(chart, "evaluation_effect", t("evaluation.effect_alt"))
        _grade_table(desk, table.assign(name=names, change=table["new"] - table["old"]))
        _movers(desk, found)
    return None


def _grade(desk: Desk, key: str) -> str:
    known = key in desk.tried.credit.grade_keys
    return desk.grade_words(desk.tried if known else desk.adopted, key)


def _grade_table(desk: Desk, table: pd.DataFrame) -> None:
    fmt, t = desk.page.fmt, desk.page.t
    columns: Columns = {
        "name": (t("evaluation.grade"), str),
        "old": (t("evaluation.old"), fmt.count),
        "new": (t("evaluation.new"), fmt.count),
        "change": (t("evaluation.change"), lambda v: fmt.signed(v) if v else "0"),
        "old_balance": (t("evaluation.old_balance"), fmt.money),
        "new_balance": (t("evaluation.new_balance"), fmt.money),
    }
    grid(desk, "model_effect", table, columns, money=("old_balance", "new_balance"))


def _movers(desk: Desk, found: Effect) -> None:
    page, t = desk.page, desk.page.t
    if not found.moved:
        st.caption(t("evaluation.nobody_moves"))
        return
    flows = found.flows[found.flows["old"] != found.flows["new"]].sort_values("households", ascending=False)
    said = [
        t(
            "evaluation.flow",
            old=desk.grade_words(desk.adopted, r["old"]),
            new=desk.grade_words(desk.tried, r["new"]),
            households=page.fmt.count(r["households"]),
            balance=page.fmt.money(r["balance"]),
        )
        for r in flows.head(SHOWN_FLOWS).to_dict("records")
    ]
    others = int(flows["households"].iloc[SHOWN_FLOWS:].sum())
    with st.expander(t("evaluation.who_moves", count=page.fmt.count(found.moved))):
        st.markdown("\n".join(f"- {line}" for line in said))
        if others:
            st.caption(t("evaluation.other_flows", households=page.fmt.count(others)))
        frame = desk.ask(_movers_of)
        heads = ("cons_no", "org_no", "old", "new", "old_score", "new_score", "balance", "overdue")
        titles = {c: t(f"evaluation.mover.{c}") for c in heads}
        shown = frame.head(SHOWN_MOVERS).assign(
            balance=lambda f: [page.fmt.yuan(v) for v in f["balance"]],
            overdue=lambda f: [page.fmt.yuan(v) for v in f["overdue"]],
        )
        cut: Mapping[str, Any] = UNSORTED if len(frame) > SHOWN_MOVERS else {}
        told = shown.rename(columns=titles)
        st.dataframe(
            told, hide_index=True, column_config=wide_enough(told), alt=t("evaluation.movers_alt"), **cut
        )
        if len(frame) > SHOWN_MOVERS:
            st.caption(t("evaluation.first_rows", shown=SHOWN_MOVERS, rows=page.fmt.count(len(frame))))
        downloads(
            page,
            "model_movers",
            frame,
            titles,
            money=("balance", "overdue"),
            decimals=("old_score", "new_score"),
            texts=("cons_no", "org_no"),
            title=t("evaluation.movers_alt"),
            filters=desk.said(),
        )


def _effect(desk: Desk) -> Effect:
    old, new = desk.standing(desk.adopted), desk.standing(desk.tried)
    return model_effect.effect(old, new, desk.measured, desk.scoped)


def _movers_of(desk: Desk) -> pd.DataFrame:
    old, new = desk.standing(desk.adopted), desk.standing(desk.tried)
    return model_effect.movers(old, new, desk.measured, desk.scoped)
