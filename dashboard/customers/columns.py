"""The columns that customer lists can show, and how a table and a file show them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from dashboard.credit_terms import grade_names, reason_names
from dashboard.format import Format, score_shown
from dashboard.i18n import Translator, catalogue
from dashboard.page import Page
from dashboard.sidebar import name_of
from dashboard.tables import PINNED
from services.credit.standing import LIGHTS, SOURCES
from services.files.adding_up import adding
from services.files.export_cells import Kind
from services.files.exports import Column

KINDS: Mapping[str, Kind] = {
    "cons_no": "text",
    "masked_name": "text",
    "org_no": "text",
    "org_name": "text",
    "class": "code",
    "elec_type": "code",
    "volt": "code",
    "industry": "code",
    "pay_mode": "code",
    "tg_no": "text",
    "tg_name": "text",
    "collector": "text",
    "collector_name": "text",
    "reader": "text",
    "reader_name": "text",
    "owner": "text",
    "masked_address": "text",
    "masked_mobile": "text",
    "grade": "code",
    "grade_from": "code",
    "score": "decimal",
    "light": "code",
    "capacity": "decimal",
    "built_on": "date",
    "is_closed": "code",
    "is_prepaid_control": "code",
    "is_cut": "code",
    "overdue": "money",
    "overdue_bills": "count",
    "balance": "money",
    "balance_bills": "count",
    "past_months": "money",
    "old_debt": "money",
    "oldest_ym": "month",
    "oldest_due_on": "date",
    "days_overdue": "count",
    "months_late": "count",
    "arrears": "count",
    "periods": "count",
    "thefts": "count",
    "arrears_12m": "count",
    "arrears_year": "count",
    "periods_12m": "count",
    "periods_year": "count",
    "late_days_max_12m": "count",
    "billed_12m": "money",
    "kwh_12m": "decimal",
    "due_12m": "money",
    "on_time_12m": "money",
    "last_payment_on": "date",
    "days_since_payment": "count",
    "prepaid": "money",
    "in_transit": "money",
    "credit": "money",
    "written_off": "money",
    "recovered_after": "money",
    "theft_count": "count",
    "theft_12m": "count",
    "theft_last_on": "date",
    "violation_count": "count",
    "unknown_violation_count": "count",
    "last_cut_on": "date",
}
"""Every column with its kind, in the order in which they can be picked."""

SHOWN = (
    *("cons_no", "masked_name", "org_name", "class", "grade", "light", "overdue", "days_overdue"),
    *("months_late", "collector_name", "balance", "arrears_12m"),
)
MISSION = (
    *("cons_no", "masked_name", "org_name", "class", "arrears", "periods", "overdue", "days_overdue"),
    *("thefts", "theft_last_on", "collector_name", "balance", "tg_name"),
)


_BILLS = (
    *("overdue", "overdue_bills", "balance", "balance_bills", "past_months", "old_debt", "oldest_ym"),
    *("oldest_due_on", "days_overdue", "months_late", "arrears", "periods", "arrears_12m", "arrears_year"),
    *("periods_12m", "periods_year", "late_days_max_12m", "billed_12m", "kwh_12m", "due_12m", "on_time_12m"),
    *("credit", "written_off", "recovered_after"),
)
_VIOLATIONS = (
    *("thefts", "theft_count", "theft_12m", "theft_last_on", "violation_count", "unknown_violation_count"),
)
_SOURCE: Mapping[str, str] = dict.fromkeys(_BILLS, "bills") | dict.fromkeys(_VIOLATIONS, "violations")
"""What a source must hold for a column to say anything; all others are of the customer or of receipts."""


def told(page: Page, keys: Sequence[str]) -> tuple[str, ...]:
    """Those of the columns that the source can fill: none owed is not the same as no bills."""
    holds = page.store.db.meta.holds
    return tuple(k for k in keys if _SOURCE.get(k, "customers") in {"customers", *holds})


def title(t: Translator, key: str) -> str:
    """A column's heading."""
    return t(f"customers.columns.{key}")


def file_columns(page: Page, keys: Sequence[str]) -> list[Column]:
    """The columns of a file."""
    adds = adding("customers", keys)
    return [Column(k, _file_title(page, k), KINDS[k], _labels(page, k), adds=k in adds) for k in keys]


def _file_title(page: Page, key: str) -> str:
    heading = title(page.t, key)
    return page.fmt.in_yuan(heading) if KINDS[key] == "money" else heading


def table(page: Page, frame: pd.DataFrame, keys: Sequence[str]) -> pd.DataFrame:
    """The frame as a table shows it: yuan, words for codes, months as text."""
    shown: dict[str, Any] = {}
    for key in keys:
        kind, values = KINDS[key], frame[key]
        if kind == "money":
            shown[key] = values.astype("Float64") / 100
        elif kind == "code":
            labels = _labels(page, key)
            shown[key] = [_word(labels, v) for v in values]
        elif kind == "month":
            shown[key] = [page.fmt.month(None if pd.isna(v) else int(v)) for v in values]
        elif key == "score":
            shown[key] = values.map(score_shown, na_action="ignore")
        else:
            shown[key] = values
    return pd.DataFrame(shown, index=frame.index)


def config(t: Translator, keys: Sequence[str]) -> dict[str, Any]:
    """How a table draws its columns."""
    return {key: _drawn(t, title(t, key), KINDS[key], key) for key in keys}


def _drawn(t: Translator, heading: str, kind: Kind, key: str) -> Any:
    if kind == "money":
        return st.column_config.NumberColumn(Format(t).in_yuan(heading), format="%,.2f")
    if key == "score":
        return st.column_config.NumberColumn(heading, format="%.1f")
    if kind in ("count", "decimal"):
        return st.column_config.NumberColumn(heading, format="%,.0f")
    if kind == "date":
        return st.column_config.DateColumn(heading, format=t("common.date_column"))
    return st.column_config.TextColumn(heading, pinned=key in PINNED)


def _labels(page: Page, key: str) -> Mapping[str, str] | None:
    if KINDS[key] != "code":
        return None
    if key.startswith("is_"):
        return {"true": page.t("common.yes"), "false": page.t("common.no")}
    return code_words(page, key)


def code_words(page: Page, key: str) -> dict[str, str]:
    """The words of a field's codes; those of grades are the policy's, best first."""
    t = page.t
    if key == "grade":
        names = {(k or "none"): name for k, name in grade_names(page.t, page.policy.credit).items()}
        return names | reason_names(page.t)
    if key == "light":
        return {light: t(f"credit.lights.{light}") for light in reversed(LIGHTS)}
    if key == "grade_from":
        return {source: t(f"customers.grade_from.{source}") for source in SOURCES}
    told = page.store.codes.get(key, {})
    return words_of(t, key) | {code: name_of(t, key, code, name) for code, name in told.items()}


def words_of(t: Translator, dimension: str) -> dict[str, str]:
    """The built-in words of a code list, by code."""
    start = f"codes.{dimension}."
    return {k.removeprefix(start): w for k, w in catalogue(t.language).items() if k.startswith(start)}


def _word(labels: Mapping[str, str] | None, value: Any) -> str:
    if value is None or pd.isna(value):
        return (labels or {}).get("none", "")
    text = str(value).lower() if str(value) in ("True", "False") else str(value)
    return (labels or {}).get(text, str(value))
