-- What the credit indicators are computed from as of $as_of, one row per customer number.
-- Additive columns, money in fen, times in days; null is unknown. Nothing that happened later is read. In no order.
with
-- include: credit_ever
,
-- include: credit_year
,
-- include: credit_bill
,
-- include: credit_late
,
-- include: credit_events
,
-- include: credit_facts
,
-- include: credit_around

select
    dim_customer.cons_key,
    dim_customer.cons_no,
    coalesce(credit_bill.org_no, dim_customer.org_no) as org_no,
    coalesce(nullif(credit_bill.class, ''), dim_customer.cons_sort) as class,
    coalesce(nullif(credit_bill.industry, ''), dim_customer.trade_code) as trade_code,
    coalesce(dim_customer.closed_on <= $as_of::date, false) as is_closed,
    credit_bill.cons_key is null and coalesce(dim_customer.built_on > $as_of::date, false) as is_future,
    credit_bill.* exclude (cons_key, class, org_no, industry, volt),
    if(credit_bill.due_bills > 0, coalesce(credit_recent.arrears_recent, 0), null) as arrears_recent,
    if(credit_bill.due_bills > 0, coalesce(credit_late.late_days_max, 0), null) as late_days_max,
    if(credit_bill.due_bills > 0, coalesce(credit_late.late_days_sum, 0), null) as late_days_sum,
    coalesce(credit_balance.overdue, 0) as overdue,
    coalesce(credit_balance.balance, 0) as balance,
    coalesce(credit_balance.overdue_days, 0) as overdue_days,
    coalesce(credit_reversal.reversals, 0) as reversals,
    credit_promise.promises_due,
    credit_promise.promises_broken,
    coalesce(credit_prepaid.prepaid_12m, 0) as prepaid_12m,
    meta_credit.prepaid_known,
    meta_credit.violations_known,
    meta_credit.contacts_known,
    coalesce(credit_violation.theft_count, 0) as theft_count,
    credit_violation.theft_days,
    coalesce(credit_violation.theft_count_36m, 0) as theft_count_36m,
    coalesce(credit_violation.theft_fen_36m, 0) as theft_fen_36m,
    coalesce(credit_violation.violation_count, 0) as violation_count,
    credit_violation.violation_days,
    coalesce(credit_violation.violation_count_36m, 0) as violation_count_36m,
    coalesce(credit_violation.unknown_violations, 0) as unknown_violations,
    coalesce(credit_violation.unknown_violations_36m, 0) as unknown_violations_36m,
    if(dim_customer.built_on <= $as_of::date, $as_of::date - dim_customer.built_on, null) as customer_days,
    coalesce(dim_customer.run_cap, dim_customer.contract_cap) as capacity_kva,
    try_cast(substr(coalesce(nullif(credit_bill.volt, ''), dim_customer.volt), 3, 4) as double)
    * if(right(coalesce(nullif(credit_bill.volt, ''), dim_customer.volt), 1) = '2', 0.001, 1) as volt_kv,
    dim_customer.mobile is not null as has_mobile,
    if(
        dim_customer.exists_in_extract, coalesce(dim_customer.hec_code not in ('', '0', '00'), false), null
    ) as high_energy,
    credit_fact.* exclude (cons_key),
    credit_industry.industry_due,
    credit_industry.industry_on_time,
    credit_area.area_due,
    credit_area.area_on_time
from dim_customer
left join credit_bill on dim_customer.cons_key = credit_bill.cons_key
left join credit_recent on dim_customer.cons_key = credit_recent.cons_key
left join credit_late on dim_customer.cons_key = credit_late.cons_key
left join credit_balance on dim_customer.cons_key = credit_balance.cons_key
left join credit_reversal on dim_customer.cons_key = credit_reversal.cons_key
left join credit_promise on dim_customer.cons_key = credit_promise.cons_key
left join credit_prepaid on dim_customer.cons_key = credit_prepaid.cons_key
left join credit_violation on dim_customer.cons_key = credit_violation.cons_key
left join credit_fact on dim_customer.cons_key = credit_fact.cons_key
left join credit_industry on left(credit_bill.industry, 2) = credit_industry.industry
left join credit_area on dim_customer.area_key = credit_area.area_key
cross join meta_credit;
