"""The registry of credit indicators: each is declared once, here.

Their formulas read the additive columns of the query `indicator_ingredients`: one row per customer.
A value is NaN where it is unknown and infinite where the thing has never happened.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.errors import RefusedError
from analytics.indicator_formulas import (
    CAPACITY_USE,
    DAYS_IN_MONTH,
    DAYS_IN_YEAR,
    DEPOSIT_BILLS,
    OVERDUE_BILLS,
    OVERDUE_DAYS,
    PREPAID_SHARE,
    TREND,
    VOLATILITY,
    Formula,
    arrears,
    column,
    counted,
    of_kind,
    ratio,
    since,
    unless_still,
)

Array = npt.NDArray[np.float64]
Codes = npt.NDArray[np.uint16]

GROUPS = ("behaviour", "surface", "environment")
ALL = ("01", "02", "03")
"""High voltage, low-voltage non-resident, low-voltage resident (CONS_SORT_CODE)."""
FIRMS = ("01", "02")


@dataclass(frozen=True)
class Indicator:
    """One indicator: its names, what is better, where it comes from and at which precision it is evaluated.

    `low`–`high` is the range that memberships tell apart; values beyond count as its ends. `changeable`: a
    customer can improve it by what they do.
    """

    group: str
    key: str
    zh: str
    en: str
    direction: str
    unit: str
    window: str
    sources: str
    formula: Formula
    precision: float
    low: float
    high: float
    changeable: bool = False
    classes: tuple[str, ...] = ALL

    @property
    def steps(self) -> int:
        """The number of codes: values from low to high at the precision."""
        return round((self.high - self.low) / self.precision) + 1

    def compute(self, frame: pd.DataFrame) -> Array:
        """The values at the declared precision; NaN unknown, ±inf kept."""
        missing = [c for c in self.formula.ingredients if c not in frame.columns]
        if missing:
            raise RefusedError("indicator_ingredients", key=self.key, missing=", ".join(missing))
        return self.at_precision(self.formula(frame))

    def at_precision(self, values: npt.ArrayLike) -> Array:
        """Values rounded to the declared precision."""
        return _scaled(np.rint(np.asarray(values, dtype=np.float64) / self.precision), self.precision)

    def codes(self, values: npt.ArrayLike) -> Codes:
        """The position of each value on the grid, 0 … steps − 1, and `steps` where the value is unknown."""
        v = np.asarray(values, dtype=np.float64)
        position = np.rint(np.clip(v, self.low, self.high) / self.precision) - round(
            self.low / self.precision
        )
        return np.where(np.isnan(v), self.steps, np.nan_to_num(position)).astype(np.uint16)

    def grid(self) -> Array:
        """The value of each code but the unknown one, lowest first."""
        start = round(self.low / self.precision)
        return _scaled(np.arange(start, start + self.steps, dtype=np.float64), self.precision)


def compute(frame: pd.DataFrame, keys: Iterable[str]) -> pd.DataFrame:
    """The indicators of each customer at their declared precision, one column per key."""
    return pd.DataFrame({key: known(key).compute(frame) for key in keys}, index=frame.index)


def known(key: str) -> Indicator:
    """The indicator of that key; an unknown one is refused with those that exist."""
    if key not in REGISTRY:
        raise RefusedError("indicator_unknown", key=key, known=", ".join(REGISTRY))
    return REGISTRY[key]


def ingredients(keys: Iterable[str]) -> tuple[str, ...]:
    """The columns that these indicators read, without repetition, in order."""
    return tuple(dict.fromkeys(c for key in keys for c in known(key).formula.ingredients))


def _scaled(positions: Array, precision: float) -> Array:
    """Positions times the precision; divided by k where it is 1/k, which gives the nearest decimals."""
    return np.asarray(positions / round(1 / precision) if precision < 1 else positions * precision)


# fmt: off
_BILLS, _STEAL = "A_RCVBL_FLOW A_RCVED_FLOW", "S_POWER_VIOLATE_STEAL"
_B, _S, _E = GROUPS


def _years_since(kind: str) -> Formula:
    days_since = since(f"{kind}_count", f"{kind}_days", "violations_known", DAYS_IN_YEAR)
    return of_kind(days_since, f"{kind}_count", "unknown_violations")


def _in_36m(kind: str, what: str = "count", scale: float = 1.0) -> Formula:
    count = counted(f"{kind}_{what}_36m", "violations_known", scale)
    return of_kind(count, f"{kind}_count_36m", "unknown_violations_36m")


_TABLE = (
    Indicator(_B, "arrears_12m", "近12个月欠费次数", "Arrears in 12 months", "cost",
              "times", "12m", _BILLS, arrears("arrears"), 0.1, 0, 12, True),
    Indicator(_B, "arrears_recent", "近12个月欠费次数（越近越重）",
              "Arrears in 12 months, recent ones count most",
              "cost",
              "times", "12m", _BILLS, arrears("arrears_recent"), 0.05, 0, 12, True),
    Indicator(_B, "months_since_arrear", "距上次欠费的时间", "Time since the last arrear", "benefit",
              "months", "all", _BILLS,
              unless_still(
                  "overdue", since("arrears_all", "days_since_arrear", "due_periods_all", DAYS_IN_MONTH)
              ),
              0.1, 0, 60, True),
    Indicator(_B, "late_days_max", "近12个月最长逾期天数", "Longest days late in 12 months", "cost",
              "days", "12m", _BILLS, counted("late_days_max", "due_bills"), 1, 0, 730, True),
    Indicator(_B, "late_days_mean", "近12个月账单平均逾期天数", "Mean days late of bills in 12 months",
              "cost",
              "days", "12m", _BILLS, ratio("late_days_sum", "due_bills"), 0.1, 0, 365, True),
    Indicator(_B, "on_time_share", "近12个月按期缴费率", "Share paid on time in 12 months", "benefit",
              "percent", "12m", _BILLS, ratio("on_time", "due_amount", 100), 0.1, 0, 100, True),
    Indicator(_B, "overdue_bills", "逾期欠费相当于几个月电费", "Overdue arrears in mean bills", "cost",
              "bills", "at", _BILLS, OVERDUE_BILLS, 0.01, 0, 36, True),
    Indicator(_B, "overdue_days", "现有欠费最长逾期天数", "Days overdue of the oldest arrears", "cost",
              "days", "at", _BILLS, OVERDUE_DAYS, 1, 0, 1095, True),
    Indicator(_B, "part_payments", "近12个月部分缴费次数", "Part payments in 12 months", "cost",
              "times", "12m", _BILLS, counted("part_paid", "due_bills"), 1, 0, 24, True),
    Indicator(_B, "reversals", "近12个月冲正及退票次数", "Reversals and bounced payments in 12 months",
              "cost",
              "times", "12m", "A_RCVED_FLOW", counted("reversals", "due_bills"), 1, 0, 24, True),
    Indicator(_B, "promises_broken", "近12个月未兑现承诺占比", "Share of promises broken in 12 months",
              "cost",
              "percent", "12m", "A_GP_PLAN manual", ratio("promises_broken", "promises_due", 100),
              1, 0, 100, True),
    Indicator(_B, "theft_years", "距上次窃电的时间", "Time since theft", "benefit",
              "years", "all", _STEAL, _years_since("theft"), 0.1, 0, 30),
    Indicator(_B, "theft_count", "近3年窃电次数", "Thefts in 3 years", "cost",
              "times", "36m", _STEAL, _in_36m("theft"), 1, 0, 20),
    Indicator(_B, "theft_amount", "近3年窃电追补金额", "Money recovered for theft in 3 years", "cost",
              "yuan", "36m", _STEAL, _in_36m("theft", "fen", 0.01), 100, 0, 1_000_000),
    Indicator(_B, "violation_years", "距上次违约用电的时间", "Time since a violation", "benefit",
              "years", "all", _STEAL, _years_since("violation"), 0.1, 0, 30),
    Indicator(_B, "violation_count", "近3年违约用电次数", "Violations in 3 years", "cost",
              "times", "36m", _STEAL, _in_36m("violation"), 1, 0, 20),
    Indicator(_S, "customer_years", "用电年限", "Years as a customer", "benefit",
              "years", "at", "C_CONS", column("customer_days", 1 / DAYS_IN_YEAR), 0.1, 0, 60),
    Indicator(_S, "capacity", "运行容量", "Capacity", "benefit",
              "kVA", "at", "C_CONS", column("capacity_kva"), 5, 0, 20_000),
    Indicator(_S, "voltage", "电压等级", "Voltage", "benefit",
              "kV", "at", "C_CONS", column("volt_kv"), 0.1, 0, 220),
    Indicator(_S, "capacity_use", "近12个月容量利用率", "Use of capacity in 12 months", "benefit",
              "percent", "12m", "C_CONS A_RCVBL_FLOW", CAPACITY_USE, 0.1, 0, 100),
    Indicator(_S, "mean_bill", "近12个月月均电费", "Mean bill of 12 months", "benefit",
              "yuan", "12m", "A_RCVBL_FLOW", ratio("billed_12m", "billed_periods", 0.01), 10, 0, 200_000),
    Indicator(_S, "consumption_trend", "用电量同比变化", "Change of consumption", "benefit",
              "percent", "24m", "A_RCVBL_FLOW", TREND, 0.1, -100, 100),
    Indicator(_S, "volatility", "近12个月用电量波动", "Volatility of consumption in 12 months", "cost",
              "percent", "12m", "A_RCVBL_FLOW", VOLATILITY, 0.1, 0, 300),
    Indicator(_S, "prepaid_share", "近12个月预收占电费比例", "Prepayment against bills of 12 months",
              "benefit",
              "percent", "12m", "A_PREPAY_FLOW", PREPAID_SHARE, 0.1, 0, 200, True),
    Indicator(_S, "deposit_bills", "保证金相当于几个月电费", "Deposit in mean bills", "benefit",
              "bills", "at", "C_FACT", DEPOSIT_BILLS, 0.1, 0, 24, True),
    Indicator(_S, "electronic_share", "近12个月电子渠道缴费占比", "Bills on electronic channels in 12 months",
              "benefit",
              "percent", "12m", "A_RCVBL_FLOW", ratio("electronic_bills", "channel_bills", 100),
              0.1, 0, 100, True),
    Indicator(_S, "contact_present", "已登记手机号码", "Mobile number registered", "benefit",
              "flag", "at", "C_CONTACT", counted("has_mobile", "contacts_known"), 1, 0, 1, True),
    Indicator(_S, "reviewer_rating", "人工评议分", "Reviewer's rating", "benefit",
              "points", "at", "manual", column("reviewer_rating"), 1, 0, 100),
    Indicator(_E, "industry_recovery", "所属行业近12个月按期缴费率",
              "Industry's on-time payment in 12 months",
              "benefit",
              "percent", "12m", _BILLS, ratio("industry_on_time", "industry_due", 100),
              0.1, 0, 100, False, FIRMS),
    Indicator(_E, "area_recovery", "所在台区近12个月按期缴费率", "Area's on-time payment in 12 months",
              "benefit",
              "percent", "12m", _BILLS, ratio("area_on_time", "area_due", 100), 0.1, 0, 100, False, FIRMS),
    Indicator(_E, "industry_risk", "行业风险等级", "Industry's risk class", "cost",
              "class", "at", "C_CONS", column("industry_risk"), 1, 1, 5, False, FIRMS),
    Indicator(_E, "high_energy", "高耗能行业", "High-energy industry", "cost",
              "flag", "at", "C_CONS", column("high_energy"), 1, 0, 1, False, FIRMS),
    Indicator(_E, "court_notices", "开庭公告数量", "Court notices", "cost",
              "times", "at", "C_FACT", column("fact_court_notices"), 1, 0, 500, False, FIRMS),
    Indicator(_E, "judgments", "裁判文书数量", "Court judgments", "cost",
              "times", "at", "C_FACT", column("fact_judgments"), 1, 0, 500, False, FIRMS),
    Indicator(_E, "enforced_amount", "司法执行金额", "Money under court enforcement", "cost",
              "yuan", "at", "C_FACT", column("fact_enforced_amount"), 1000, 0, 10_000_000, False, FIRMS),
    Indicator(_E, "frozen_amount", "司法冻结金额", "Assets frozen by court", "cost",
              "yuan", "at", "C_FACT", column("fact_frozen_amount"), 1000, 0, 10_000_000, False, FIRMS),
    Indicator(_E, "pledged_amount", "股权出质及动产抵押金额", "Equity and chattels pledged", "cost",
              "yuan", "at", "C_FACT", column("fact_pledged_amount"), 1000, 0, 50_000_000, False, FIRMS),
    Indicator(_E, "freezes", "司法冻结笔数", "Asset freezes by court", "cost",
              "times", "at", "C_FACT", column("fact_freezes"), 1, 0, 50, False, FIRMS),
    Indicator(_E, "pledges", "股权出质及动产抵押笔数", "Pledges of equity and chattels", "cost",
              "times", "at", "C_FACT", column("fact_pledges"), 1, 0, 50, False, FIRMS),
    Indicator(_E, "business_abnormalities", "工商异常数量", "Business abnormalities", "cost",
              "times", "at", "C_FACT", column("fact_business_abnormalities"), 1, 0, 50, False, FIRMS),
    Indicator(_E, "accidents", "近12个月用户责任事故次数", "Accidents the customer caused in 12 months",
              "cost",
              "times", "12m", "C_FACT", column("fact_accidents"), 1, 0, 50, False, FIRMS),
)
# fmt: on

REGISTRY: dict[str, Indicator] = {i.key: i for i in _TABLE}


@dataclass(frozen=True)
class Tie:
    """Two indicators of the same events: where `key` is zero (or above, by `when`), `zero` is zero too."""

    key: str
    when: str
    zero: str

    def binds(self, values: npt.ArrayLike) -> npt.NDArray[np.bool_]:
        """Where values of `key` ask `zero` to be zero."""
        v = np.asarray(values, dtype=np.float64)
        return np.asarray(v <= 0 if self.when == "zero" else v > 0)


TIES = (
    Tie("arrears_12m", "zero", "arrears_recent"),
    Tie("arrears_recent", "zero", "arrears_12m"),
    Tie("months_since_arrear", "above", "overdue_bills"),
)
"""What no customer can have at once, whatever they do; a new one is added here."""

OVERDUE = "overdue_bills"
"""Above zero for whoever has something overdue."""


def cleared(values: Mapping[str, float]) -> dict[str, float]:
    """A customer's values once all that is overdue is paid, as far as these values alone tell."""
    return {**values, **{key: 0.0 for key in (OVERDUE, "overdue_days") if key in values}}
