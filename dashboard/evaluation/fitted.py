"""拟合建议: weights fitted to what came after, out of sample, as a proposal that a person may try."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from analytics.policy_edits import with_factor_weights
from dashboard.charts.evaluation import weight_bars
from dashboard.evaluation.desk import Desk
from dashboard.evaluation.frame import what_changes
from dashboard.evaluation.grid import Columns, grid
from dashboard.parts import figure_grid
from dashboard.shared.state_store import existing_state
from services.credit.fitting import Proposal, propose


def show(desk: Desk) -> None:
    """Ask for a proposal; see what it gains on the window it has not seen; put it into the what-if."""
    page, t = desk.page, desk.page.t
    with page.part(t("evaluation.fitted"), t("evaluation.fitted_help")):
        st.caption(t("evaluation.fitted_what"))
        asked = (page.store.id, page.scope, desk.model.key)
        if st.button(t("evaluation.fit"), key="evaluation_fit", icon=":material/model_training:"):
            st.session_state["evaluation_fit_asked"] = asked
        if st.session_state.get("evaluation_fit_asked") == asked:
            with st.spinner(t("evaluation.fitting")):
                proposal: Proposal = desk.ask(_proposed)
            _figures(desk, proposal)
            _weights(desk, proposal)
    what_changes(desk)


def _figures(desk: Desk, proposal: Proposal) -> None:
    page, t, number = desk.page, desk.page.t, desk.page.fmt.number
    learnt, judged = t("evaluation.auc_learnt"), t("evaluation.auc_judged")
    figure_grid(
        page,
        [
            (
                t("evaluation.auc_now"),
                number(proposal.auc_now[1], 4),
                None,
                f"{learnt} {number(proposal.auc_now[0], 4)}",
            ),
            (
                t("evaluation.auc_fitted"),
                number(proposal.auc_fitted[1], 4),
                None,
                f"{learnt} {number(proposal.auc_fitted[0], 4)}",
            ),
            (
                t("evaluation.auc_gain"),
                f"{proposal.auc_fitted[1] - proposal.auc_now[1]:+.4f}",
                None,
                judged,
            ),
        ],
    )
    st.caption(
        t(
            "evaluation.fit_windows",
            learnt=page.fmt.date(proposal.learnt_at),
            judged=page.fmt.date(proposal.judged_at),
            days=proposal.days,
            customers=page.fmt.count(proposal.customers),
            bad=page.fmt.count(proposal.bad),
        )
    )


def _weights(desk: Desk, proposal: Proposal) -> None:
    page, t = desk.page, desk.page.t
    frame = pd.DataFrame(
        {
            "item": [desk.words(k) for k in proposal.now],
            "adopted": list(proposal.now.values()),
            "tried": list(proposal.fitted.values()),
            "auc": list(proposal.factor_auc.values()),
        }
    )
    names = {"adopted": t("evaluation.weight.tried"), "tried": t("evaluation.weight.fitted")}
    page.chart(weight_bars(frame, page.look, names), "evaluation_fitted", t("evaluation.fitted_alt"))
    columns: Columns = {
        "item": (t("evaluation.indicator"), str),
        "adopted": (names["adopted"], page.fmt.rate),
        "tried": (names["tried"], page.fmt.rate),
        "auc": (t("evaluation.auc_alone"), lambda v: page.fmt.number(v, 3)),
    }
    grid(desk, "fitted", frame, columns)
    st.button(
        t("evaluation.try_fitted"),
        key="evaluation_try_fitted",
        type="primary",
        icon=":material/science:",
        on_click=lambda: desk.change(
            lambda: with_factor_weights(desk.tried, desk.model.key, proposal.fitted)
        ),
    )


def _proposed(desk: Desk) -> Proposal:
    return propose(
        desk.page.store.db, desk.tried.credit, desk.model.key, desk.page.scope, state=existing_state()
    )
