"""What needs attention, each with the page that shows it."""

from __future__ import annotations

import streamlit as st

from analytics.calendar import year_before
from dashboard.customers.list_link import write_values
from dashboard.page import Page
from dashboard.words.literal import literal
from services.recovery import figures

SEVERITY = {3: ":red[:material/error:]", 2: ":orange[:material/visibility:]", 1: ":material/info:"}


def _customers(amount: str) -> dict[str, str]:
    """The customer list of those who have an amount, most first, with its column beside the usual ones."""
    shown = ("cons_no", "masked_name", "org_name", "class", amount, "overdue", "balance")
    link = {"view": "list", "f": write_values({amount: (1, None)}), "sort": amount}
    return {**link, "cols": ",".join(shown)}


VIEW_OF = {
    "claims_near_limit": {"view": "limit"},
    "unit_fell": {"view": "compare"},
    "in_transit": {"view": "in_transit"},
    "credit": _customers("credit"),
}
FEW = 8


def attention(page: Page) -> None:
    """What needs attention, most severe first: each line leads to the page that shows it."""
    with page.part(page.t("overview.attention"), page.t("overview.attention_help")):
        findings = page.load(figures.attention)
        if not findings:
            page.empty(page.t("overview.nothing_to_do"))
        with st.container(gap=None, key="attention"):
            for finding in findings[:FEW]:
                _finding(page, finding)
        if others := findings[FEW:]:
            with st.expander(page.t("overview.more_findings", count=len(others)), key="attention_more"):
                for finding in others:
                    _finding(page, finding)


def _finding(page: Page, finding: figures.Finding) -> None:
    t, fmt = page.t, page.fmt
    words = t(
        f"attention.{finding.kind}",
        name=finding.name,
        amount=_amount(page, finding),
        count=fmt.count(finding.count),
        value=fmt.rate(finding.value),
        before=fmt.rate(finding.before),
        points=fmt.points_between(finding.value, finding.before),
        then=fmt.date(year_before(page.scope.as_of)),
    )
    query = {**VIEW_OF.get(finding.kind, {}), **finding.link}
    where = t("overview.leads_to", page=t(f"nav.{finding.page}"))
    page.link_to(finding.page, f"{SEVERITY[finding.severity]} {literal(words)} {where}", query, icon="")


def _amount(page: Page, finding: figures.Finding) -> str:
    """The amount of a finding; how much more there is agrees with what is written of both days."""
    if not finding.than:
        return page.fmt.money(finding.amount)
    return page.fmt.money_between(finding.amount + finding.than, finding.than).removeprefix("+")
