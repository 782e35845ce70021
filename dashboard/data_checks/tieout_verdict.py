"""What tie-out comes to, in sentences: equal, explained, what each figure leaves, what to look at again."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboard.data_checks.choice import SURE
from dashboard.data_checks.tieout_entry import COUNTED, measure_word
from dashboard.page import Page
from services.tieout import differences, tieout_pages

SHOWN = 5


def cause_word(page: Page, cause: str) -> str:
    """A cause in words."""
    return page.t(f"data_checks.cause.{cause}")


def value_words(page: Page, measure: str, value: Any) -> str:
    """A figure of a measure: a count, or yuan to the fen."""
    return page.fmt.count(value) if measure in COUNTED else page.fmt.yuan(value)


def unit_names(page: Page) -> dict[str, str]:
    """The units' names by number."""
    units = page.load(tieout_pages.units_of)
    return dict(zip(units["org_no"].astype(str), units["org_name"].astype(str), strict=True))


def show(page: Page, tie: differences.TieOut, doubts: str) -> None:
    """Questions about entries first; then what is explained, and what is left of each figure by itself."""
    t, verdict = page.t, tie.figures["verdict"]
    if tie.figures.empty:
        return
    if (verdict == "equal").all():
        st.success(t("data_checks.tie.equal"), icon=":material/check:")
        return
    _asked(page, tie, doubts)
    claimed = tie.causes("claimed")
    if claimed:
        words = t.listed([cause_word(page, r) for r in claimed])
        key = "tied" if tie.tied else "claimed"
        st.success(t(f"data_checks.tie.{key}", causes=words), icon=":material/check:")
    rest = tie.figures[verdict.isin(("possible", "open"))]
    if len(rest):
        lines = [_left(page, r) for r in rest.head(SHOWN).to_dict("records")]
        st.warning(t("data_checks.tie.left") + _listed(page, lines, len(rest)))


def _asked(page: Page, tie: differences.TieOut, doubts: str) -> None:
    t, asked = page.t, tie.figures[tie.figures["verdict"] == "asked"]
    if asked.empty:
        return
    lines = []
    for r in asked.head(SHOWN).to_dict("records"):
        question = t(f"data_checks.suspect.{r['suspect']}")
        lines.append(t("data_checks.tie.asked_line", **_line(page, r), question=question))
    st.warning(t("data_checks.tie.asked") + _listed(page, lines, len(asked)), icon=":material/help:")
    st.button(t("data_checks.tie.sure"), key="tie_sure", on_click=lambda: page.put(SURE, doubts))


def _left(page: Page, row: dict[Any, Any]) -> str:
    """One figure and its own residue."""
    rest = value_words(page, row["measure"], row["unexplained"])
    return page.t(f"data_checks.tie.left_{row['verdict']}", **_line(page, row), rest=rest)


def _line(page: Page, row: dict[Any, Any]) -> dict[str, str]:
    org, measure = str(row["org_no"]), str(row["measure"])
    values = {k: value_words(page, measure, row[k]) for k in ("official", "dengta", "difference")}
    return {"unit": unit_names(page).get(org, org), "measure": measure_word(page, measure), **values}


def _listed(page: Page, lines: list[str], rows: int) -> str:
    more = [page.t("data_checks.tie.more", count=rows - len(lines))] if rows > len(lines) else []
    return "\n" + "\n".join(f"- {line}" for line in (*lines, *more))
