"""The indicators of every customer of a snapshot as of a day, computed some thousand customers at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics import indicators
from analytics.credit_policy import ORDINARY_RISK, CreditRules
from data.ask.credit_queries import ingredient_batches
from data.ask.sql_files import Database

Array = npt.NDArray[np.float64]
Codes = npt.NDArray[np.uint16]

PEOPLE = [
    *("cons_no", "org_no", "class", "trade_code", "is_closed", "is_future", "unknown_violations"),
    "due_periods_all",
]


@dataclass(frozen=True)
class Measured:
    """Customers as of a day: who they are, and every registered indicator as values and as codes.

    `people` has cons_no, org_no, class, trade_code, is_closed, is_future, unknown_violations,
    due_periods_all (null: no bill), monthly_kwh, balance and overdue (fen), one row per customer number;
    values and codes are in the same order. Only the industry's risk class depends on the policy.
    """

    as_of: date
    people: pd.DataFrame
    values: dict[str, Array]
    codes: dict[str, Codes]


def measure(db: Database, as_of: date, credit: CreditRules, facts: pd.DataFrame | None = None) -> Measured:
    """The indicators of every customer as of a day, from data of that day and before.

    `facts` (cons_no, fact, value) are indicators that people entered by hand, by the same day.
    """
    keys, pieces = [], []
    for frame in ingredient_batches(db, as_of):
        keys.append(frame["cons_key"].to_numpy())
        pieces.append(measured_from(frame, as_of, credit))
    whole = _joined(pieces, np.argsort(np.concatenate(keys)))
    _enter(whole, facts)
    return whole


def measured_from(
    frame: pd.DataFrame, as_of: date, credit: CreditRules, facts: pd.DataFrame | None = None
) -> Measured:
    """The indicators computed from their ingredients, one row per row of `frame`."""
    frame["industry_risk"] = _industry_risk(frame["trade_code"], credit)
    frame["reviewer_rating"] = np.nan
    months = frame["active_months"].to_numpy(dtype=np.float64, na_value=np.nan)
    frame["monthly_kwh"] = frame["kwh_12m"].to_numpy(np.float64, na_value=np.nan) / np.where(
        months > 0, months, np.nan
    )
    people = frame[[*PEOPLE, "monthly_kwh", "balance", "overdue"]]
    values = {key: known.compute(frame) for key, known in indicators.REGISTRY.items()}
    measured = Measured(as_of, people, values, {k: indicators.known(k).codes(v) for k, v in values.items()})
    _enter(measured, facts)
    return measured


def _joined(pieces: list[Measured], order: npt.NDArray[np.int64]) -> Measured:
    """All pieces in this order, taken apart column by column so that little is held twice."""

    def put_together(part: Callable[[Measured], dict[str, Any]]) -> dict[str, Any]:
        return {k: np.concatenate([part(p).pop(k) for p in pieces])[order] for k in indicators.REGISTRY}

    people = pd.concat([p.people for p in pieces], ignore_index=True).take(order).reset_index(drop=True)
    values, codes = put_together(lambda p: p.values), put_together(lambda p: p.codes)
    return Measured(pieces[0].as_of, people, values, codes)


def _enter(measured: Measured, facts: pd.DataFrame | None) -> None:
    """Put what was entered by hand in the place of what the extract tells."""
    if facts is None or facts.empty:
        return
    places = pd.Index(measured.people["cons_no"]).get_indexer(pd.Index(facts["cons_no"]))
    for key, entered in facts.assign(place=places)[places >= 0].groupby("fact"):
        known = indicators.known(str(key))
        values = known.at_precision(entered["value"])
        measured.values[known.key][entered["place"]] = values
        measured.codes[known.key][entered["place"]] = known.codes(values)


def _industry_risk(trade_code: pd.Series, credit: CreditRules) -> Array:
    """The class of the longest prefix listed, else the ordinary one; NaN without an industry.

    Asked once per code, of which there are some hundred however many customers there are.
    """
    places, codes = pd.factorize(trade_code.fillna("").astype(str))
    entries = sorted(credit.industry_risk, key=lambda e: len(e.prefix))

    def risk(code: str) -> float:
        known = [entry.risk for entry in entries if code.startswith(entry.prefix)]
        return float([ORDINARY_RISK, *known][-1]) if code else np.nan

    return np.array([risk(code) for code in codes], dtype=np.float64)[places]
