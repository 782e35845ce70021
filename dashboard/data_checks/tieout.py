"""Tie-out with the official monthly report: figures in, differences by cause, down to the bills."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from analytics.calendar import closed_month
from analytics.errors import RefusedError
from dashboard.charts.spread import bridge
from dashboard.data_checks import tieout_verdict
from dashboard.data_checks.choice import CAUSE, MEASURE, READINGS, ROUNDING, SURE, UNIT
from dashboard.data_checks.records import show_records
from dashboard.data_checks.tieout_entry import COUNTED, entered, measure_heading, measure_word
from dashboard.data_checks.tieout_verdict import cause_word, unit_names, value_words
from dashboard.page import Page
from dashboard.parts import select_param, switch_param
from dashboard.tables.downloads import downloads
from dashboard.tables.table import offer, text_table
from dashboard.words.format import NOTHING
from dashboard.words.widths import wide_enough
from data.errors import DengtaError
from services.files.export_cells import WHOLE
from services.tieout import differences, tieout_pages
from services.tieout.tieout_pages import Cause

BILL = ("org_name", "rcvbl_ym", "bill_year", "issued_on", "due_on", "amt_type", "bill_no")
HOUSEHOLD = ("org_name", "rcvbl_ym", "bills")


def show(page: Page) -> None:
    """Enter or upload, compare, explain."""
    t = page.t
    rules = page.policy.recovery
    month = page.fmt.month(closed_month(page.scope.as_of, rules.assessment_day))
    st.caption(t("data_checks.tie.what", month=month))
    if page.load(tieout_pages.units_of).empty:
        page.empty(t("shell.not_in_source", what=t("shell.orgs")))
        return
    rows = entered(page)
    if not rows:
        page.empty(t("data_checks.tie.nothing"))
        return
    day = differences.official_day(page.scope, rules)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        words = "data_checks.roundings"
        switch_param(
            page, ROUNDING, tuple(differences.ROUNDINGS), t("data_checks.tie.rounding"), words, shown=True
        )
        readings = _readings(page)
    given: dict[str, Any] = {"rows": rows, "readings": readings, "report_day": day}
    given["rounding"] = page.get(ROUNDING)
    try:
        tied = page.load(tieout_pages.tied, **given, doubt=True)
        doubts = tieout_pages.doubts(tied)
        if doubts and page.get(SURE) == doubts:
            tied = page.load(tieout_pages.tied, **given, doubt=False)
    except (DengtaError, RefusedError) as refusal:
        st.warning(t.error(refusal))
        return
    tieout_verdict.show(page, tied, doubts)
    _figures(page, tied)
    _explained(page, tied)


def _readings(page: Page) -> tuple[str, ...] | None:
    """The readings that a reader says the report takes; None: they are found."""
    t, given = page.t, page.get(READINGS)
    st.session_state["tie_find"] = given is None
    st.toggle(
        t("data_checks.tie.find"),
        key="tie_find",
        help=t("data_checks.tie.find_help"),
        on_change=lambda: page.put(READINGS, None if st.session_state["tie_find"] else ()),
    )
    if given is None:
        return None
    st.session_state["tie_readings"] = list(given)
    st.multiselect(
        t("data_checks.tie.readings"),
        differences.READINGS,
        format_func=lambda r: cause_word(page, r),
        placeholder=t("data_checks.tie.as_dengta"),
        select_all=False,
        key="tie_readings",
        on_change=lambda: page.put(READINGS, tuple(st.session_state["tie_readings"])),
    )
    return given


def _figures(page: Page, tied: differences.TieOut) -> None:
    t, names = page.t, unit_names(page)
    keys = ("dengta", "official", "difference", "explained", "unexplained")
    frame = tied.figures.assign(
        org_name=[names.get(str(o), str(o)) for o in tied.figures["org_no"]],
        measure_name=[measure_heading(page, m) for m in tied.figures["measure"]],
        verdict_word=[t(f"data_checks.verdict.{s}") for s in tied.figures["verdict"]],
    )
    page.heading(t("data_checks.tie.figures"))
    titles = {"org_no": t("data_checks.tie.org_no"), "org_name": t("data_checks.tie.org_name")}
    titles["measure_name"] = t("data_checks.tie.measure")
    shown = pd.DataFrame(
        {
            **{title: frame[key] for key, title in titles.items()},
            t("data_checks.tie.verdict"): frame["verdict_word"],
            **{
                t(f"data_checks.tie.{key}"): [
                    value_words(page, m, v) for m, v in zip(frame["measure"], frame[key], strict=True)
                ]
                for key in keys
            },
        }
    )
    st.dataframe(
        shown,
        hide_index=True,
        placeholder=NOTHING,
        column_config=wide_enough(
            shown,
            {t(f"data_checks.tie.{key}"): st.column_config.TextColumn(alignment="right") for key in keys},
        ),
        alt=t("data_checks.tie.figures"),
    )
    whole = frame["measure"].isin(COUNTED)
    filed = frame.assign(
        measure_name=[measure_word(page, m) for m in frame["measure"]],
        unit=[t(f"comparison.unit.{'households' if c else 'fen'}") for c in whole],
        **{WHOLE: whole, **{key: frame[key].where(whole, frame[key] / 100) for key in keys}},
    )
    titles |= {"unit": t("columns.unit"), "verdict_word": t("data_checks.tie.verdict")}
    headings = {**titles, **{key: t(f"data_checks.tie.{key}") for key in keys}}
    downloads(
        page,
        "tieout",
        filed,
        headings,
        title=t("data_checks.tie.figures"),
        definitions=tuple((cause_word(page, r), t(f"data_checks.cause_what.{r}")) for r in tied.readings),
    )


def _explained(page: Page, tied: differences.TieOut) -> None:
    """The bridge of one unit and measure, and what is behind one of its causes."""
    t, names, wrong = page.t, unit_names(page), tied.figures[tied.figures["difference"] != 0]
    if wrong.empty:
        return
    page.heading(t("data_checks.tie.bridge"))
    left, right = st.columns(2)
    orgs = list(dict.fromkeys(wrong["org_no"].astype(str)))
    with left:
        label = t("data_checks.tie.org_name")
        org = select_param(page, UNIT, orgs, label, lambda o: f"{names.get(o, o)} {o}")
    own = wrong[wrong["org_no"] == org]
    with right:
        label = t("data_checks.tie.measure")
        measure = select_param(page, MEASURE, list(own["measure"]), label, lambda m: measure_word(page, m))
    line = own[own["measure"] == measure].iloc[0]
    steps = tied.bridge[(tied.bridge["org_no"] == org) & (tied.bridge["measure"] == measure)]
    st.caption(t(f"data_checks.verdict_what.{line['verdict']}"))
    _bridge(page, line, steps, measure)
    causes = list(steps["cause"])
    if causes:
        label = t("data_checks.tie.cause")
        cause = select_param(page, CAUSE, causes, label, lambda c: cause_word(page, c))
        st.caption(t(f"data_checks.cause_what.{cause}"))
        day = differences.official_day(page.scope, page.policy.recovery)
        _behind(page, Cause(org, measure, cause, tied.readings, day), names.get(org, org))


def _bridge(page: Page, line: Any, steps: pd.DataFrame, measure: str) -> None:
    t = page.t
    parts = [(t("data_checks.tie.dengta"), int(line["dengta"]), "absolute")]
    perhaps = "{}" if line["verdict"] == "claimed" else t("data_checks.tie.perhaps", cause="{}")
    parts += [
        (perhaps.format(cause_word(page, s["cause"])), int(s["effect"]), "relative")
        for s in steps.to_dict("records")
    ]
    if int(line["unexplained"]):
        parts.append((t("data_checks.tie.unexplained"), int(line["unexplained"]), "relative"))
    parts.append((t("data_checks.tie.official"), int(line["official"]), "total"))
    frame = pd.DataFrame(parts, columns=["name", "amount", "kind"])
    if measure in COUNTED:
        counts = [page.fmt.count(v) for v in frame["amount"]]
        headings = {"name": t("data_checks.tie.cause"), "count": measure_word(page, measure)}
        text_table(pd.DataFrame({headings["name"]: frame["name"], headings["count"]: counts}), 1)
        offer(page, "tie_bridge", frame.rename(columns={"amount": "count"}), headings)
        return
    title = measure_word(page, measure)
    page.chart(bridge(frame, page.look, title=title), "tie_bridge", t("data_checks.tie.bridge"))
    offer(page, "tie_bridge", frame, {"name": t("data_checks.tie.cause"), "amount": title})


def _behind(page: Page, of: Cause, org_name: str) -> None:
    """The bills, or the household months, that a cause moves in a unit."""
    t, db, scope, rules = page.t, page.store.db, page.scope, page.policy.recovery
    bills = page.load(tieout_pages.behind, cause=of)
    if not bills.rows:
        page.empty(t("data_checks.tie.no_bills"))
        return
    kind, keys = ("households", HOUSEHOLD) if of.measure in COUNTED else ("bills", BILL)
    show_records(
        page,
        f"tieout_{kind}",
        bills.first,
        ("cons_no", f"effect_{of.measure}", "amount", *keys),
        rows=bills.rows,
        read=lambda: tieout_pages.all_behind(db, scope, rules, of),
        parts=(repr(scope), repr(of)),
        title=t(f"data_checks.tie.{kind}"),
        filters=(cause_word(page, of.cause), f"{org_name} {of.org_no}"),
    )
