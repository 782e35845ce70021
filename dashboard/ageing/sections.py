"""The parts of the ageing page about the balance: buckets with editable edges, holders, years, limits."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pandas as pd
import streamlit as st

from analytics.errors import RefusedError
from analytics.policy import RecoveryRules
from analytics.rest import Rest, rest_of
from dashboard import comparison
from dashboard.charts import spread as charts_spread
from dashboard.charts.spans import month_name, part_of_month
from dashboard.links.filters import Param, choice
from dashboard.month_parts import say_part, with_parts
from dashboard.page import Page
from dashboard.parts import dimension_box, drill, parent_of, people, say_rest
from dashboard.tables.table import offer, table, titles
from services.recovery import figures

VIEWS = ("buckets", "years", "limit", "analysis", "late_fee")
VIEW = choice("view", VIEWS)
BY = choice("by", figures.DIMENSIONS)
MOST_EDGES, MOST_DAYS, MOST_ROWS = 15, 10_000, 25


def read_edges(text: str) -> tuple[int, ...] | None:
    """Edges written as `0-30-60` or `0, 30, 60`; None where they do not rise from 0."""
    parts = [p for p in text.replace("，", ",").replace("-", ",").replace(" ", ",").split(",") if p]
    whole = all(p.isascii() and p.isdigit() and len(p) < 6 for p in parts)
    if not whole or not 1 <= len(parts) <= MOST_EDGES:
        return None
    edges = tuple(int(p) for p in parts)
    rising = all(a < b for a, b in pairwise(edges))
    return edges if edges[0] == 0 and rising and edges[-1] <= MOST_DAYS else None


EDGES: Param[tuple[int, ...]] = Param("edges", (), read_edges, lambda edges: "-".join(str(e) for e in edges))
PARAMS = (VIEW, BY, EDGES)


def edited_rules(page: Page) -> RecoveryRules:
    """The policy's rules with the reader's bucket edges in place of its own."""
    t, rules = page.t, page.policy.recovery
    edges = page.get(EDGES) or rules.ageing_edges
    key = "ageing_edges"
    st.session_state.setdefault(key, ", ".join(str(e) for e in edges))
    with st.expander(t("ageing.edges"), icon=":material/tune:"):
        st.text_input(
            t("ageing.edges_days"), key=key, on_change=lambda: _edit(page), help=t("ageing.edges_help")
        )
        typed = read_edges(st.session_state[key])
        if typed is None:
            st.warning(t("ageing.edges_refused", most=MOST_EDGES))
        if edges != rules.ageing_edges:
            st.caption(t("ageing.edges_edited", edges=", ".join(str(e) for e in rules.ageing_edges)))
            st.button(t("ageing.edges_reset"), on_click=lambda: _reset(page))
    try:
        return replace(rules, ageing_edges=edges)
    except RefusedError:
        return rules


def _edit(page: Page) -> None:
    edges = read_edges(st.session_state["ageing_edges"])
    if edges is not None:
        page.put(EDGES, () if edges == page.policy.recovery.ageing_edges else edges)


def _reset(page: Page) -> None:
    page.put(EDGES, ())
    st.session_state["ageing_edges"] = ", ".join(str(e) for e in page.policy.recovery.ageing_edges)


def bucket_names(page: Page, rules: RecoveryRules) -> list[str]:
    """The buckets' names in order."""
    return [page.fmt.bucket(rules.ageing_edges, i) for i in range(len(rules.ageing_edges) + 1)]


def bucket_numbers(page: Page, rules: RecoveryRules) -> dict[str, int]:
    """The number of each bucket by its code, as the figures write it."""
    codes = page.load(figures.ageing, rules=rules)["bucket"]
    return {str(code): i for i, code in enumerate(codes)}


def arrears(page: Page) -> None:
    """The three definitions of arrears, named beside their amounts."""
    with page.part():
        comparison.arrears_grid(page, comparison.choose(page))


def buckets(page: Page, rules: RecoveryRules) -> None:
    """The balance by days overdue."""
    with page.part(page.t("ageing.buckets"), page.t("ageing.buckets_help")):
        frame = page.load(figures.ageing, rules=rules)
        if not frame["amount"].sum():
            return page.empty(page.t("ageing.nothing_open"))
        names = bucket_names(page, rules)
        figure = charts_spread.bucket_bars(frame, page.look, names, title=page.t("columns.balance"))
        page.chart(figure, "ageing_buckets", page.t("ageing.buckets_alt"))
        shown = frame.assign(bucket=names)
        columns = titles(page, ("bucket", "amount", "share", "customers", "bills"))
        table(page, "ageing_buckets", shown, columns)
    return None


def holders(page: Page, rules: RecoveryRules) -> None:
    """Who holds the balance: by any dimension, stacked by bucket, and the largest debtors."""
    t = page.t
    with page.part(t("ageing.holders"), t("ageing.holders_help")):
        by = dimension_box(page, BY, figures.DIMENSIONS)
        cells = page.load(figures.ageing_by, rules=rules, by=by, parent=parent_of(page, by))
        if cells.empty:
            return page.empty(t("ageing.nothing_open"))
        numbers, names = bucket_numbers(page, rules), bucket_names(page, rules)
        cells = _numbered(page, by, cells, numbers)
        held = cells.groupby(["key", "name"], sort=False)["amount"].sum()
        totals = held.nlargest(MOST_ROWS)
        rows = [(str(key), str(name)) for key, name in totals.index]
        title = t("columns.balance")
        figure = charts_spread.stacked_buckets(
            cells[cells["key"].isin([k for k, _ in rows])], page.look, names, rows=rows, title=title
        )
        for point in page.chart(figure, f"holders_{by}", t("ageing.holders_alt"), select=True):
            if point.get("customdata"):
                drill(page, by, str(point["customdata"][0]))
        say_rest(page, rest_of(held.to_frame(), totals.to_frame(), "amount"), title)
        shown = cells.assign(bucket=[names[i] for i in cells["bucket_no"]])
        columns = ("key", "name", "bucket", "amount", "customers", "bills")
        offer(page, "holders", shown, titles(page, columns, name=t(f"filters.dimension.{by}")))
    _debtors(page, rules)
    return None


def _numbered(page: Page, by: str, cells: pd.DataFrame, numbers: dict[str, int]) -> pd.DataFrame:
    return cells.assign(
        key=cells["key"].astype(str),
        name=[page.name(by, str(k), n) for k, n in zip(cells["key"], cells["name"], strict=True)],
        bucket_no=[numbers[str(b)] for b in cells["bucket"]],
    )


def _debtors(page: Page, rules: RecoveryRules) -> None:
    with page.part(page.t("ageing.debtors")):
        frame = people(page, page.load(figures.top_debtors, rules=rules, limit=50))
        if frame.empty:
            return page.empty(page.t("ageing.nothing_open"))
        columns = "cons_no name org_name class amount overdue days_overdue bills oldest_due collector tg_no"
        held = page.load(figures.arrears).balance
        heads, whole = titles(page, columns.split()), held.customers <= len(frame)
        row = table(page, "debtors", frame, heads, height=420, select=True, is_whole=whole)
        others = Rest(len(frame), held.customers, held.amount - int(frame["amount"].sum()))
        say_rest(page, others, page.t("columns.balance"), of="customers")
        page.link("customers", page.t("ageing.to_customers"))
        if row is not None:
            page.open_customer(str(frame["cons_no"].iloc[row]))
    return None


def by_year(page: Page, rules: RecoveryRules) -> None:
    """The balance by bill year."""
    with page.part(page.t("ageing.by_year"), page.t("ageing.by_year_help")):
        cells = page.load(figures.ageing_by_year, rules=rules)
        if cells.empty:
            return page.empty(page.t("ageing.nothing_open"))
        numbers, names = bucket_numbers(page, rules), bucket_names(page, rules)
        cells = cells.assign(
            key=cells["bill_year"].astype(str), bucket_no=[numbers[str(b)] for b in cells["bucket"]]
        )
        rows = [(y, page.t("ageing.year", year=y)) for y in sorted(cells["key"].unique())]
        title = page.t("columns.balance")
        figure = charts_spread.stacked_buckets(cells, page.look, names, rows=rows, title=title)
        page.chart(figure, "ageing_years", page.t("ageing.by_year_alt"))
        shown = cells.assign(bucket=[names[i] for i in cells["bucket_no"]], bill_year=cells["key"])
        table(
            page,
            "ageing_years",
            shown,
            titles(page, ("bill_year", "bucket", "amount", "customers", "bills")),
        )
    return None


def over_time(page: Page, rules: RecoveryRules) -> None:
    """The buckets at each of the last thirteen month ends."""
    with page.part(page.t("ageing.over_time")):
        cells = page.load(figures.ageing_trend, rules=rules, months=13)
        if cells.empty:
            return page.empty(page.t("ageing.nothing_open"))
        numbers, names = bucket_numbers(page, rules), bucket_names(page, rules)
        cells = cells.assign(
            key=cells["ym"].astype(int).astype(str), bucket_no=[numbers[str(b)] for b in cells["bucket"]]
        )
        part, look = part_of_month(cells), page.look
        rows = [(key, month_name(look, key, part)) for key in sorted(cells["key"].unique())]
        title = page.t("columns.balance")
        figure = charts_spread.stacked_buckets(
            cells, look, names, rows=rows, title=title, upright=True, part=part
        )
        page.chart(figure, "ageing_trend", page.t("ageing.over_time_alt"))
        say_part(page, cells)
        shown = with_parts(page, cells.assign(bucket=[names[i] for i in cells["bucket_no"]]))
        columns = titles(page, ("ym", "as_of", "month_part", "bucket", "amount", "customers", "bills"))
        offer(page, "ageing_trend", shown, columns)
    return None


def near_limit(page: Page) -> None:
    """Claims whose limit of action is near or past."""
    rules = page.policy.recovery
    note = page.t(
        "ageing.limit_help", years=rules.limit_of_action_years, days=rules.limit_of_action_warn_days
    )
    with page.part(page.t("ageing.limit")):
        st.caption(note)
        amount, bills = page.load(figures.claims_total)
        if not bills:
            return page.empty(page.t("debt_lists.limit.nothing"))
        shown = {"bills": page.fmt.count(bills), "amount": page.fmt.money(amount)}
        st.markdown(page.t("ageing.claims_total", **shown))
        page.link("customers", page.t("ageing.to_claims"), view="limit")
    return None
