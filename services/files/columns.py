"""Every column of every table and file: what it holds, told once, whoever draws or writes it.

A name that means two things is two columns. One that is not here is refused, never guessed at by its values.
"""

from __future__ import annotations

from collections.abc import Mapping

from analytics.collection_work import WORK
from analytics.latefee import READINGS
from services.files.kinds import UNITS, Kind
from services.files.manifest import Words

_OF_KIND: Mapping[Kind, str] = {
    "text": """
    key name masked_name masked_address masked_mobile cons_no org_no org_name parent_no tg_no tg_name
    collector collector_name reader reader_name owner bill_no bucket from_bucket to_bucket month_part item
    unit reason reasons reading rule file load_id table_name column_name line_kind read_as raw_value
    built
    record lacks check severity
    list code amt_type kind measure_name verdict_word number status version who why event text place in_force
    order_no person person_name action_name rule_name refused_name refused_why suspended_name light_words
    bill_lines result receiver reference remark proof
    method result_at
    what_if ranking in_order service what note told given_due_on given_done_on given_from_month row indicator
    indicator_value fact_value id evidence reviewer stands group used direction window source changeable
    classes formula ingredients published_grade measures action
    fact_class of_fact warned
    state_name state_why retracted_why time_of_day record_kind outcome proven
    kept_word clock_word
    phone_text message sent_state given_sent_at
    """,
    "code": "class elec_type volt industry pay_mode grade grade_from light old new model",
    "flag": """
    cleared year_cleared is_in_band is_set_off is_repeat is_closed is_prepaid_control is_cut issue_filled
    due_filled
    """,
    "month": "ym rcvbl_ym event_ym first_month last_month oldest_ym from_month",
    "date": """
    as_of day month_end assessment_on valid_from valid_to issued_on due_on done_on oldest_due oldest_due_on
    limit_on last_demand closed_on checked_on written_off_on last_receipt_on last_payment_on received_on
    lawful_stop lawful_cut suspended_until last_contact_on result_on result_until
    event_on ended_on built_on theft_last_on last_cut_on extract_on fact_on raised_on withdrawn_on
    lawful_on printed_on until happened_on cut_on
    """,
    "time": "at seen_at company_due_at due_at",
    "year": "bill_year",
    "money": """
    billed collected cy_billed cy_collected old_billed old_collected month_billed month_collected open overdue
    balance amount old_open last_year_open expected_open low_open high_open came last_year_balance written_off
    of_current_year of_old_debt late after_cutoff set_off credit in_transit recovered_after
    last_year_collected base cured missing target_amount target_overdue late_amount excess past_months
    old_debt billed_12m due_12m on_time_12m prepaid amount_without received received_by_extract
    yuan_read yuan_loaded yuan_merged yuan_quarantined effect_billed effect_collected effect_billed_month
    effect_collected_month effect_arrears effect_old_debt owed_now late_fee in_batch expected_in
    per_minute owed_then issued_owed done_owed open_owed recovered still_owed promised_owed
    came_beyond came_in expected_bill at_risk
    """
    + " ".join(READINGS),
    "rate": """
    rate cy_rate old_rate combined_rate month_rate hh_rate on_time_rate last_year_rate last_year_cy_rate share
    customer_rate customers_share amount_share expected low high actual target value then_value rate_without
    all_paid_chance target_current_year target_combined target_old_debt target_month target_household_months
    p_late late_rate by_risk by_bill by_last by_chance forecast_rate money_forecast
    weight coverage adopted tried fitted ahp entropy whole moved_rank tied differ
    completion acted_rate alike_rate
    """,
    "points": "rate_effect weight_effect target_gap gain gain_low gain_high",
    "count": """
    customers bills receipts households overdue_households bad hh_billed hh_settled missing_pairs
    old_customers cured_customers defaulted last_year_customers rank age computed published services targets
    count records lines found
    read loaded merged quarantined amount_unreadable line overdue_bills balance_bills months_late arrears
    periods thefts arrears_12m arrears_year periods_12m periods_year theft_count theft_12m violation_count
    unknown_violation_count effect_households ungraded orders watched minutes parts contacts_12m
    proposed issued open_orders done failed retracted struck superseded paid phoned visited delivered promised
    cuts restored compared others
    calls customer_months late_months
    """,
    "places": "rise households_change",
    "days": """
    days days_since_issue days_overdue days_left days_waiting late_days_max_12m days_since_payment
    """,
    "quantity": "kwh kwh_12m capacity gained lost",
    "score": "score",
    "number": "auc ks gini lift brier brier_base brier_last reliability resolution uncertainty log_odds",
    "mixed": "before now change dengta official difference explained unexplained",
}
_OF_TWO_DAYS: Mapping[Kind, str] = {
    "money": "balance overdue past_months amount billed collected",
    "count": "hh_billed hh_settled",
    "rate": "current_year combined old_debt month household_months on_time rate",
}
"""What stands for each of two days (`_then`, `_now`), and as the `_change` between them."""
_OF_TWO_SIDES: Mapping[Kind, str] = {
    "money": "balance overdue owed_now",
    "count": "households overdue_households hours " + " ".join(WORK),
    "score": "score",
}
"""What stands for the rules in force (`old_`) and for those that are tried (`new_`)."""
OF_LAST_YEARS_DAY = frozenset(("last_year_rate", "last_year_open", "last_year_customers"))
"""Columns whose heading names the same day a year before."""


class UndeclaredColumnError(LookupError):
    """A table has a column that nobody has said the kind of."""


def _declared() -> dict[str, Kind]:
    declared = [(key, kind) for kind, keys in _OF_KIND.items() for key in keys.split()]
    for kind, keys in _OF_TWO_DAYS.items():
        change: Kind = "points" if kind == "rate" else kind
        days = (("then", kind), ("now", kind), ("change", change))
        declared += [(f"{key}_{day}", of_day) for key in keys.split() for day, of_day in days]
    sides = [
        (f"{side}_{key}", kind)
        for kind, keys in _OF_TWO_SIDES.items()
        for key in keys.split()
        for side in ("old", "new")
    ]
    made = dict([*declared, *sides])
    if len(made) < len(declared) + len(sides):
        raise ValueError("a column is declared twice")
    return made


KINDS: Mapping[str, Kind] = _declared()


def kind_of(key: str, own: Mapping[str, Kind] | None = None) -> Kind:
    """What a column holds; `own` are the table's columns that data name: grades, indicators, quantiles.

    UndeclaredColumnError where neither knows it.
    """
    kind = (own or {}).get(key) or KINDS.get(key)
    if kind is None:
        raise UndeclaredColumnError(f"{key} is no column of services/files/columns.py")
    return kind


def title(words: Words, key: str, room: str = "") -> str:
    """What a column is called; a `room` of tables calls some of them otherwise."""
    own = words.or_code(f"columns.{room}.{key}", "") if room else ""
    return own or words(f"columns.{key}")


def with_unit(words: Words, heading: str, unit: str) -> str:
    """A heading with the unit of its figures: in its own bracket where it ends with one."""
    if heading.endswith((")", "）")):
        return words("charts.unit_within", what=heading[:-1], unit=unit)
    return words("charts.unit_axis", what=heading, unit=unit)


def heading(words: Words, title: str, kind: Kind) -> str:
    """The heading of a file's column: its title, with the unit that its kind is written in."""
    return with_unit(words, title, words(UNITS[kind]).strip()) if kind in UNITS else title
