"""The columns that customer lists can show, and how a table and a file show them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from dashboard.frame.sidebar import name_of
from dashboard.page import Page
from dashboard.tables.cells import Labels, written
from dashboard.tables.table import PINNED
from dashboard.words.credit_terms import grade_names, reason_names
from dashboard.words.i18n import Translator, catalogue
from services.credit.standing import LIGHTS, SOURCES
from services.files import columns
from services.files.columns import kind_of
from services.files.exports import Column, columns_of

COLUMNS = (
    *("cons_no", "masked_name", "org_no", "org_name", "class", "elec_type", "volt", "industry"),
    *("pay_mode", "tg_no", "tg_name", "collector", "collector_name", "reader", "reader_name", "owner"),
    *("masked_address", "masked_mobile", "grade", "grade_from", "score", "light", "capacity"),
    *("built_on", "is_closed", "is_prepaid_control", "is_cut", "overdue", "overdue_bills", "balance"),
    *("balance_bills", "past_months", "old_debt", "oldest_ym", "oldest_due_on", "days_overdue"),
    *("months_late", "arrears", "periods", "thefts", "arrears_12m", "arrears_year", "periods_12m"),
    *("periods_year", "late_days_max_12m", "billed_12m", "kwh_12m", "due_12m", "on_time_12m"),
    *("last_payment_on", "days_since_payment", "prepaid", "in_transit", "credit", "written_off"),
    *("recovered_after", "theft_count", "theft_12m", "theft_last_on", "violation_count"),
    *("unknown_violation_count", "last_cut_on"),
)
"""Every column, in the order in which they can be picked."""
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


def filled(page: Page, keys: Sequence[str]) -> tuple[str, ...]:
    """Those of the columns that the source can fill: none owed is not the same as no bills."""
    holds = page.store.db.meta.holds
    return tuple(k for k in keys if _SOURCE.get(k, "customers") in {"customers", *holds})


def title(t: Translator, key: str) -> str:
    """A column's heading."""
    return columns.title(t, key, "register")


def filter_title(t: Translator, key: str) -> str:
    """What the filter of a field is called: as the column, unless it has words of its own."""
    own = f"customers.filter.{key}"
    return t(own) if t.has(own) else title(t, key)


def titles(t: Translator, keys: Sequence[str]) -> dict[str, str]:
    """The headings of columns."""
    return {key: title(t, key) for key in keys}


def file_columns(page: Page, keys: Sequence[str]) -> list[Column]:
    """The columns of a file."""
    return columns_of(page.t.plain, "customers", titles(page.t, keys), labels=labels(page, keys))


def drawn(page: Page, frame: pd.DataFrame, keys: Sequence[str]) -> tuple[pd.DataFrame, dict[str, Any]]:
    """The frame as a table shows it, and how its columns are drawn."""
    shown, config = written(page.fmt, frame, titles(page.t, keys), labels=labels(page, keys), exact=True)
    return shown, {key: one | {"pinned": key in PINNED} for key, one in config.items()}


def labels(page: Page, keys: Sequence[str]) -> Labels:
    """The words of the columns that hold codes."""
    return {key: code_words(page, key) for key in keys if kind_of(key) == "code"}


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
    words = page.store.codes.get(key, {})
    return words_of(t, key) | {code: name_of(t, key, code, name) for code, name in words.items()}


def words_of(t: Translator, dimension: str) -> dict[str, str]:
    """The built-in words of a code list, by code."""
    start = f"codes.{dimension}."
    return {k.removeprefix(start): w for k, w in catalogue(t.language).items() if k.startswith(start)}
