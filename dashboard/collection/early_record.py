"""How good the early warning was: by class, by calls, forecast against what came; and its points."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard.page import Page
from dashboard.tables.table import offer, small_table, titles
from dashboard.words.i18n import Translator
from services.collection.kept_warning import Kept

JUDGED = (
    *("warned", "customer_months", "late_months", "late_rate", "brier", "brier_base", "brier_last"),
    *("reliability", "resolution", "uncertainty", "money_forecast"),
)
CALLED = ("calls", "by_risk", "by_bill", "by_last", "by_chance")
CURVE = ("forecast_rate", "customer_months", "late_months", "late_rate", "low", "high")
POINTS = ("of_fact", "fact_class", "customer_months", "late_months", "late_rate", "log_odds")
ALL = "all"


def show(page: Page, kept: Kept) -> None:
    """What it beats and does not, then tables of shares: the whole company's money is not told."""
    t, record = page.t, kept.record
    note = t("collection_warning.record_help", months=page.fmt.count(record.months))
    with page.part(t("collection_warning.record_title"), note):
        if not record.months:
            page.empty(t("collection_warning.no_record"))
        else:
            _judged(page, record.by_class)
            st.markdown(f"**{t('collection_warning.calls_title')}**")
            _drawn(page, "warning_calls", record.calls, CALLED)
            st.markdown(f"**{t('collection_warning.curve_title')}**", help=t("collection_warning.curve_help"))
            curve = record.curves[record.curves["class"].eq(ALL)]
            _drawn(page, "warning_curve", _named(curve.rename(columns={"p": "forecast_rate"})), CURVE)
    if len(kept.points):
        with page.part(t("collection_warning.points_title"), t("collection_warning.points_help")):
            _drawn(page, "warning_points", _points(t.plain, kept.points), POINTS)


def _judged(page: Page, by_class: pd.DataFrame) -> None:
    t, number = page.t, page.fmt.number
    for row in by_class.to_dict("records"):
        told = {
            n: number(row[k], 4)
            for n, k in (("brier", "brier"), ("base", "brier_base"), ("last", "brier_last"))
        }
        group = class_name(t.plain, str(row["class"]))
        failing = [
            key for key, beats in (("not_base", "beats_base"), ("not_last", "beats_last")) if not row[beats]
        ]
        for key in failing:
            st.warning(t(f"collection_warning.{key}", group=group, **told), icon=":material/warning:")
        if not failing:
            st.markdown(t("collection_warning.beats", group=group, **told))
    groups = [class_name(t.plain, str(name)) for name in by_class["class"]]
    came = by_class["late_money"].where(by_class["late_money"] > 0)
    whole = _named(by_class).assign(warned=groups, late_rate=by_class["rate"])
    _drawn(page, "warning_record", whole.assign(money_forecast=by_class["forecast_money"] / came), JUDGED)


def class_name(t: Translator, key: str) -> str:
    """A class of customers in words; all, and unknown, too."""
    if key in (ALL, ""):
        return t("collection_warning.everybody" if key else "grades.reason.no_class")
    return t.or_code(f"codes.class.{key}", key)


def _points(t: Translator, points: pd.DataFrame) -> pd.DataFrame:
    """The table of points in words; what nobody was is left out."""
    seen = points[points["months"] > 0]
    return pd.DataFrame(
        {
            "of_fact": [_fact(t, str(fact)) for fact in seen["fact"]],
            "fact_class": [_value(t, f, str(v)) for f, v in zip(seen["fact"], seen["value"], strict=True)],
            "customer_months": seen["months"].to_numpy(),
            "late_months": seen["late"].to_numpy(),
            "late_rate": (seen["late"] / seen["months"]).to_numpy(),
            "log_odds": seen["points"].to_numpy(),
        }
    )


def reasons(t: Translator, points: pd.DataFrame, rows: pd.DataFrame) -> list[str]:
    """What raises each forecast most, in words, of `because` and `because_2`; empty where nothing does."""
    said = {
        place: f"{_fact(t, str(fact))}: {_value(t, str(fact), str(value))}"
        for place, (fact, value) in enumerate(zip(points["fact"], points["value"], strict=True))
    }
    pairs = zip(rows["because"], rows["because_2"], strict=True)
    return ["; ".join(said[int(n)] for n in pair if n >= 0) for pair in pairs]


def _value(t: Translator, fact: str, key: str) -> str:
    if fact == "class":
        return class_name(t, key)
    if fact == "lately":
        return " · ".join(t("collection_warning.values." + ("late" if k == "1" else "paid")) for k in key)
    if fact == "year_ago":
        return t(f"collection_warning.values.{key}")
    return t("collection_warning.values.months", count=key.replace("-", "–"))


def _fact(t: Translator, fact: str) -> str:
    return t("columns.class" if fact == "class" else f"collection_warning.facts.{fact}")


def _named(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.rename(columns={"n": "customer_months", "late": "late_months", "rate": "late_rate"})


def _drawn(page: Page, name: str, frame: pd.DataFrame, columns: tuple[str, ...]) -> None:
    heads = titles(page, columns, "warning")
    small_table(page, frame, heads, name)
    offer(page, name, frame[list(columns)], heads)
