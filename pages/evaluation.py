"""信用评价: the credit model itself, tried without being adopted."""

import streamlit as st

from dashboard.evaluation import fitted, frame, indicators, memberships, operators, policy_file, weights
from dashboard.evaluation.choice import PARAMS, VIEW, VIEWS
from dashboard.evaluation.desk import open_desk
from dashboard.parts import has_bills, switch_param
from dashboard.shell import open_page

page = open_page("evaluation", PARAMS)
t = page.t
SECTIONS = {
    "weights": weights.show,
    "memberships": memberships.show,
    "operators": operators.show,
    "indicators": indicators.show,
    "fitted": fitted.show,
    "file": policy_file.show,
}

if not page.user.may("model"):
    st.info(t("evaluation.not_permitted"), icon=":material/lock:")
elif has_bills(page):
    with page.part():
        if desk := open_desk(page):
            frame.head(desk)
            view = switch_param(page, VIEW, VIEWS, t("evaluation.view"), "evaluation.views")
            frame.refusal()
            with st.spinner(t("evaluation.measuring")):
                frame.whom(desk)
            SECTIONS[view](desk)
