"""数据核对.

Loads and reconciliation, quarantine, checks, what the source holds, and tie-out with the monthly report.
"""

import streamlit as st

from dashboard.data_checks import loads as data_loads
from dashboard.data_checks import quarantine as data_quarantine
from dashboard.data_checks import tieout as data_tieout
from dashboard.data_checks.quarantine import PAGE
from dashboard.filters import choice
from dashboard.shell import open_page

VIEWS = {
    "loads": data_loads.show_loads,
    "quarantine": data_quarantine.show,
    "tieout": data_tieout.show,
    "checks": data_loads.show_checks,
    "holds": data_loads.show_holds,
}
VIEW = choice("view", tuple(VIEWS))

page = open_page("data_checks", (VIEW, PAGE))
t = page.t

view = st.segmented_control(
    t("data_checks.view"),
    list(VIEWS),
    format_func=lambda code: t(f"data_checks.view_{code}"),
    default=page.get(VIEW),
    required=True,
    label_visibility="collapsed",
)
if view != page.get(VIEW):
    page.put(VIEW, str(view))
    page.put(PAGE, 1)
with page.part():
    VIEWS[str(view)](page)
