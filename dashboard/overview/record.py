"""What the countdown said on the same day of the last months, against what came."""

from __future__ import annotations

import numpy as np
import streamlit as st

from dashboard.page import Page
from dashboard.tables.table import table, titles
from services.recovery import figures

LEAST_CHANCE = 0.01
"""No chance of what is to come is said to be smaller than this, or larger than the rest."""
COLUMNS = (
    *("as_of", "assessment_on", "open", "expected_open", "low_open", "high_open", "came", "is_in_band"),
    "all_paid_chance",
)


def record(page: Page) -> None:
    """One sentence, and the months behind it; nothing where nothing was said yet."""
    t, fmt = page.t, page.fmt
    said = page.load(figures.said)
    if not said.months:
        return
    counts = {"hits": fmt.count(said.hits), "months": fmt.count(said.months)}
    st.caption(t("overview.record", **counts, error=fmt.money(said.mean_error)))
    with st.expander(t("overview.record_title")):
        bounds = {"likely": fmt.rate(figures.LIKELY, 0), "hardly": fmt.rate(figures.HARDLY, 0)}
        st.caption(t("overview.record_verdict", **bounds))
        chance = np.clip(said.rows["all_paid_chance"].to_numpy(), LEAST_CHANCE, 1 - LEAST_CHANCE)
        table(page, "overview_record", said.rows.assign(all_paid_chance=chance), titles(page, COLUMNS))
