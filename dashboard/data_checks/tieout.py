"""Tie-out with the official monthly report: figures in, differences by cause, down to the bills."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from analytics.calendar import closed_month
from analytics.errors import RefusedError
from dashboard.charts.spread import bridge
from dashboard.data_checks.tieout_entry import COUNTED, entered, measure_heading, measure_word
from dashboard.downloads import downloads
from dashboard.format import NOTHING
from dashboard.shell import Page
from dashboard.tables import offer, text_table
from data.errors import DengtaError
from services import tieout, tieout_pages

BILL = (
    *("cons_no", "bill_no", "org_name", "rcvbl_ym", "bill_year", "amt_type", "issued_on", "due_on", "amount"),
    *("effect_billed", "effect_collected", "effect_arrears", "effect_old_debt"),
)


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
    day = tieout.official_day(page.scope, rules)
    auto = st.toggle(t("data_checks.tie.find"), value=True, help=t("data_checks.tie.find_help"))
    readings: tuple[str, ...] | None = None
    if not auto:
        picked = st.multiselect(
            t("data_checks.tie.readings"),
            tieout.READINGS,
            format_func=lambda r: cause_word(page, r),
            placeholder=t("data_checks.tie.as_dengta"),
            select_all=False,
        )
        readings = tuple(picked)
    try:
        found = page.load(tieout_pages.tied, rows=rows, readings=readings, report_day=day)
    except (DengtaError, RefusedError) as refusal:
        st.warning(t.error(refusal))
        return
    _verdict(page, found)
    _figures(page, found)
    _explained(page, found)


def cause_word(page: Page, cause: str) -> str:
    """A cause in words."""
    return page.t(f"data_checks.cause.{cause}")


def _verdict(page: Page, found: tieout.TieOut) -> None:
    t = page.t
    if not len(found.figures):
        return
    if (found.figures["difference"] == 0).all():
        st.success(t("data_checks.tie.equal"), icon=":material/check:")
    elif found.tied:
        causes = t.listed([cause_word(page, r) for r in found.readings])
        st.success(t("data_checks.tie.tied", causes=causes), icon=":material/check:")
    else:
        left = found.figures[found.figures["measure"] != "households"]["unexplained"].abs().sum()
        st.warning(t("data_checks.tie.left", amount=page.fmt.money(int(left))))


def _value(page: Page, measure: str, value: Any) -> str:
    return page.fmt.count(value) if measure in COUNTED else page.fmt.yuan(value)


def _names(page: Page) -> dict[str, str]:
    units = page.load(tieout_pages.units_of)
    return dict(zip(units["org_no"].astype(str), units["org_name"].astype(str), strict=True))


def _figures(page: Page, found: tieout.TieOut) -> None:
    t, names = page.t, _names(page)
    keys = ("dengta", "official", "difference", "explained", "unexplained")
    frame = found.figures.assign(
        org_name=[names.get(str(o), str(o)) for o in found.figures["org_no"]],
        measure_name=[measure_heading(page, m) for m in found.figures["measure"]],
    )
    st.subheader(t("data_checks.tie.figures"), anchor=False)
    titles = {"org_no": t("data_checks.tie.org_no"), "org_name": t("data_checks.tie.org_name")}
    titles["measure_name"] = t("data_checks.tie.measure")
    shown = pd.DataFrame(
        {
            **{title: frame[key] for key, title in titles.items()},
            **{
                t(f"data_checks.tie.{key}"): [
                    _value(page, m, v) for m, v in zip(frame["measure"], frame[key], strict=True)
                ]
                for key in keys
            },
        }
    )
    st.dataframe(
        shown,
        hide_index=True,
        placeholder=NOTHING,
        column_config={
            t(f"data_checks.tie.{key}"): st.column_config.TextColumn(alignment="right") for key in keys
        },
        alt=t("data_checks.tie.figures"),
    )
    money = frame.copy()
    whole = frame["measure"].isin(COUNTED)
    for key in keys:
        money[key] = frame[key].astype("int64") * whole.map({True: 100, False: 1}).astype("int64")
    headings = {**titles, **{key: t(f"data_checks.tie.{key}") for key in keys}}
    downloads(
        page,
        "tieout",
        money,
        headings,
        money=keys,
        texts=tuple(titles),
        title=t("data_checks.tie.figures"),
        definitions=tuple((cause_word(page, r), t(f"data_checks.cause_what.{r}")) for r in found.readings),
        unit=False,
    )


def _explained(page: Page, found: tieout.TieOut) -> None:
    """The bridge of one unit and measure, and the bills behind one of its causes."""
    t, names, wrong = page.t, _names(page), found.figures[found.figures["difference"] != 0]
    if wrong.empty:
        return
    st.subheader(t("data_checks.tie.bridge"), anchor=False)
    left, right = st.columns(2)
    orgs = list(dict.fromkeys(wrong["org_no"].astype(str)))
    org = left.selectbox(t("data_checks.tie.org_name"), orgs, format_func=lambda o: f"{names.get(o, o)} {o}")
    own = wrong[wrong["org_no"] == org]
    measure = right.selectbox(
        t("data_checks.tie.measure"), list(own["measure"]), format_func=lambda m: measure_word(page, m)
    )
    if measure not in set(own["measure"]):
        return
    line = own[own["measure"] == measure].iloc[0]
    steps = found.bridge[(found.bridge["org_no"] == org) & (found.bridge["measure"] == measure)]
    _bridge(page, line, steps, str(measure))
    causes = list(steps["cause"])
    if not causes or measure in COUNTED:
        return
    cause = st.selectbox(
        t("data_checks.tie.cause"), causes, format_func=lambda c: cause_word(page, c), key="tie_cause"
    )
    if cause:
        st.caption(t(f"data_checks.cause_what.{cause}"))
        _bills(page, found, str(cause), org)


def _bridge(page: Page, line: Any, steps: pd.DataFrame, measure: str) -> None:
    t = page.t
    parts = [(t("data_checks.tie.dengta"), int(line["dengta"]), "absolute")]
    parts += [(cause_word(page, s["cause"]), int(s["effect"]), "relative") for s in steps.to_dict("records")]
    if int(line["unexplained"]):
        parts.append((t("data_checks.tie.unexplained"), int(line["unexplained"]), "relative"))
    parts.append((t("data_checks.tie.official"), int(line["official"]), "total"))
    frame = pd.DataFrame(parts, columns=["name", "amount", "kind"])
    if measure in COUNTED:
        shown = {
            t("data_checks.tie.cause"): frame["name"],
            t("data_checks.measure.households"): [page.fmt.count(v) for v in frame["amount"]],
        }
        text_table(pd.DataFrame(shown), 1)
        return
    title = measure_word(page, measure)
    page.chart(bridge(frame, page.look, title=title), "tie_bridge", t("data_checks.tie.bridge"))
    offer(page, "tie_bridge", frame, {"name": t("data_checks.tie.cause"), "amount": title})


def _bills(page: Page, found: tieout.TieOut, cause: str, org: str) -> None:
    t = page.t
    day = tieout.official_day(page.scope, page.policy.recovery)
    bills = page.load(
        tieout_pages.bills_behind, cause=cause, readings=found.readings, org_no=org, report_day=day
    )
    if bills.empty:
        page.empty(t("data_checks.tie.no_bills"))
        return
    money, titles = BILL[BILL.index("amount") :], {key: t(f"data_checks.bill.{key}") for key in BILL}
    shown = bills[list(BILL)].copy()
    config: dict[str, Any] = dict(titles)
    for key in money:
        shown[key] = shown[key].astype("Float64") / 100
        config[key] = st.column_config.NumberColumn(page.fmt.in_yuan(titles[key]), format="%,.2f")
    for key in ("issued_on", "due_on"):
        config[key] = st.column_config.DateColumn(titles[key], format="YYYY-MM-DD")
    shown["rcvbl_ym"] = [page.fmt.month(v) for v in shown["rcvbl_ym"]]
    config["bill_year"] = st.column_config.NumberColumn(titles["bill_year"], format="%d")
    st.caption(t("data_checks.tie.bills_shown", rows=page.fmt.count(len(bills))))
    st.dataframe(
        shown, column_config=config, hide_index=True, placeholder=NOTHING, alt=t("data_checks.tie.bills")
    )
    downloads(
        page,
        "tieout_bills",
        bills[list(BILL)],
        titles,
        money=money,
        months=("rcvbl_ym",),
        texts=("cons_no", "bill_no", "org_name", "amt_type"),
        title=t("data_checks.tie.bills"),
        filters=(cause_word(page, cause), org),
    )
