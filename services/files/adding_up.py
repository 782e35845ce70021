"""Which columns of which tables come to a total in their workbooks: sums of disjoint parts, by table.

Never what is counted or reckoned across rows: different customers by unit, class, bucket or month (one may
stand in several), balances of several days, a forecast's middle or bounds, rates, points and days (0146).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from analytics.latefee import READINGS

EVERY = "*"
"""All columns of money and of counts."""
_RECOVERY = """
billed collected cy_billed cy_collected old_billed old_collected month_billed month_collected hh_billed
hh_settled open overdue
"""
_BY_CLEARED = "open bills old_open last_year_open"
_OWED_NOW = "owed_now overdue bills late_fee set_off in_batch minutes"
_OWED = "amount overdue bills"
_HOUSEHOLDS = "households overdue_households balance overdue"
_TWO_DAYS = "balance overdue past_months"
_WHY = "billed collected hh_billed hh_settled amount"
_LISTED = """
overdue overdue_bills balance balance_bills past_months old_debt thefts billed_12m kwh_12m due_12m on_time_12m
prepaid in_transit credit written_off recovered_after theft_count theft_12m violation_count
unknown_violation_count
"""
_EFFECTS = """
effect_billed effect_collected effect_billed_month effect_collected_month effect_arrears effect_old_debt
"""
TABLES: Mapping[str, str] = {
    **dict.fromkeys(("work_orders", "work_watched", "work_large"), _OWED_NOW),
    "work_index": "orders watched owed_now minutes",
    "work_summary": "orders owed_now minutes",
    "overview_cleared": _BY_CLEARED,
    "overview_holders": "open",
    "overview_debtors": "amount",
    "compare": _RECOVERY,
    "bill_months": "billed collected open written_off hh_billed hh_settled",
    "cash_months": """
    collected of_current_year of_old_debt last_year_collected late after_cutoff set_off credit recovered_after
    written_off
    """,
    "receipts_alone": "amount receipts",
    "cleared_by": _BY_CLEARED,
    "not_cleared": "open bills old_open overdue",
    "ranking_rate": "missing billed collected overdue hh_billed hh_settled missing_pairs",
    "ranking_overdue": "missing overdue overdue_then open",
    "two_days_by": " ".join(
        f"{what}_{day}" for what in _TWO_DAYS.split() for day in ("then", "now", "change")
    ),
    "why": " ".join(f"{what}_{day}" for what in _WHY.split() for day in ("then", "now", "change")),
    "ageing_buckets": "amount bills",
    "ageing_years": "amount bills",
    "holders": "amount bills",
    "debtors": _OWED,
    "near_limit": "open",
    "closed_debts": "open overdue bills",
    "in_transit": "amount",
    "customers": _LISTED,
    "customer_bills": "kwh amount collected open excess recovered_after",
    "customer_receipts": "amount collected excess recovered_after",
    "customer_ageing": "amount bills",
    "customer_late_fee": " ".join(("late_amount", *READINGS)),
    "grade_facts": EVERY,
    "grade_flow": _HOUSEHOLDS,
    "grade_movers": "balance overdue",
    "grade_migration": "households balance",
    "policy_moves": _HOUSEHOLDS,
    "ungraded": _HOUSEHOLDS,
    "lights": _HOUSEHOLDS,
    "lit": "balance overdue",
    "publication_draft": "computed published balance overdue",
    "publication_classes": EVERY,
    "publication_moves": "customers",
    "publications_compared": "customers",
    "reconciliation": "read loaded merged quarantined amount_unreadable",
    "files": "read loaded merged quarantined amount_unreadable",
    "other_lines": "lines",
    "readings": "found",
    "quarantine_groups": "records",
    "tieout_bills": f"amount {_EFFECTS}",
    "tieout_households": "amount effect_households",
    "report.recovery_by_org": _RECOVERY,
    "report.ageing": "amount bills",
    "report.not_cleared": f"{_BY_CLEARED} overdue",
}


def adding(table: str, columns: Iterable[str]) -> tuple[str, ...]:
    """Those of a table's columns that add up over its rows."""
    known = TABLES.get(table, "").split()
    return tuple(c for c in columns if c in known or known == [EVERY])
