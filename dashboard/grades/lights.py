"""The monthly risk light, beside the yearly grade and never part of it: how many, what they owe, who."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from analytics.risk_light import REASONS
from dashboard.page import Page
from dashboard.tables.table import offer, table, titles
from dashboard.what_if import bench
from dashboard.words.i18n import wordless
from data.ask.credit_queries import customer_holdings
from data.warehouse.snapshots import Snapshot
from services.credit.risk_light import risk_lights
from services.customers import lists

LIGHTS = ("red", "orange", "yellow")
COUNTED = ("light", "households", "overdue", "balance")
LISTED = ("cons_no", "name", "org_name", "light", "reasons", "overdue", "balance")


def show(page: Page) -> None:
    """Customers and money by light, and the list of those that have one."""
    t, db = page.t, page.store.db
    with page.part(t("grades.lights_title"), t("grades.lights_help")):
        many = not bench.is_small(page)
        if many and not st.toggle(t("grades.lights_show"), key="lights_show"):
            return
        with st.spinner(t("grades.computing", day=page.fmt.date(page.scope.as_of))):
            lit = _lit(db.id, page.policy.version, repr(page.scope), page, db)
        if lit.empty:
            page.empty(t("grades.lights_none"))
            return
        sums = lit.groupby("light").agg(
            households=("cons_no", "size"), overdue=("overdue", "sum"), balance=("balance", "sum")
        )
        counted = sums.reindex(list(LIGHTS), fill_value=0).reset_index()
        table(page, "lights", _worded(page, counted), titles(page, COUNTED, "grading"))
        st.markdown(f"**{t('grades.lights_list')}**")
        offer(page, "lit", _worded(page, lit), titles(page, LISTED, "grading"))


@st.cache_data(max_entries=2, show_spinner=False)
@wordless
def _lit(snapshot: str, policy: str, scope: str, _page: Page, _db: Snapshot) -> pd.DataFrame:
    """Customers of the scope with a light, red first, then by what is overdue; reasons as their keys."""
    as_of = _page.scope.as_of
    lights = risk_lights(_db, _page.policy, as_of)
    lights = lights[lights["light"].isin(LIGHTS)]
    held = customer_holdings(_db, _page.scope, lists.measures(_db, as_of)).to_pandas()
    both = held.merge(lights, on="cons_no")
    flags = both[list(REASONS)].to_numpy()
    reasons = [" ".join(r for r, is_so in zip(REASONS, row, strict=True) if is_so) for row in flags]
    order = both["light"].map({light: place for place, light in enumerate(LIGHTS)})
    both = both.drop(columns=list(REASONS)).assign(reasons=reasons, order=order)
    both = both.sort_values(["order", "overdue", "cons_no"], ascending=[True, False, True], ignore_index=True)
    listed: pd.DataFrame = both.drop(columns="order")
    return listed


def _worded(page: Page, frame: pd.DataFrame) -> pd.DataFrame:
    """Lights and reasons in the reader's words."""
    t = page.t
    made = frame.assign(light=[t(f"credit.lights.{light}") for light in frame["light"]])
    if "reasons" in frame:
        said = {r: t(f"credit.light_reason.{r}") for r in REASONS}
        words = {
            keys: t("grades.list_comma").join(said[k] for k in keys.split()) for keys in set(frame["reasons"])
        }
        made["reasons"] = [words[keys] for keys in frame["reasons"]]
    return made
