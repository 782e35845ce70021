-- Measures as of $as_of of customers from $first_key up to $end_key, one row per cons_key; nothing known is zero money, no date, no rate.
with
-- include: customer_bills
-- include: customer_ever
-- include: customer_receipts
-- include: customer_balance
-- include: customer_apart
select
    measure_bill.cons_key,
    coalesce(measure_balance.balance, 0) as balance,
    coalesce(measure_balance.balance_bills, 0) as balance_bills,
    coalesce(measure_balance.overdue, 0) as overdue,
    coalesce(measure_balance.overdue_bills, 0) as overdue_bills,
    coalesce(measure_balance.months_late, 0) as months_late,
    coalesce(measure_balance.past_months, 0) as past_months,
    coalesce(measure_balance.old_debt, 0) as old_debt,
    measure_balance.oldest_ym,
    if(measure_balance.oldest_due_on < $as_of::date, measure_balance.oldest_due_on, null) as oldest_due_on,
    greatest(coalesce($as_of::date - measure_balance.oldest_due_on, 0), 0)::integer as days_overdue,
    coalesce(measure_bill.arrears_12m, 0)::integer as arrears_12m,
    coalesce(measure_bill.arrears_year, 0)::integer as arrears_year,
    coalesce(measure_bill.periods_12m, 0)::integer as periods_12m,
    coalesce(measure_bill.periods_year, 0)::integer as periods_year,
    coalesce(measure_bill.issued_12m, 0)::integer as issued_12m,
    coalesce(measure_bill.billed_12m, 0) as billed_12m,
    measure_bill.kwh_12m,
    coalesce(measure_bill.due_12m, 0) as due_12m,
    coalesce(measure_bill.on_time_12m, 0) as on_time_12m,
    coalesce(measure_late.late_days_max_12m, 0) as late_days_max_12m,
    coalesce(measure_written_off.written_off, 0) as written_off,
    measure_bill.first_bill_on,
    measure_bill.last_bill_on,
    greatest(measure_bill.last_payment_on, few_receipts.last_payment_on) as last_payment_on,
    ($as_of::date - greatest(measure_bill.last_payment_on, few_receipts.last_payment_on))::integer as days_since_payment,
    coalesce(few_receipts.credit, 0) as credit,
    coalesce(few_receipts.recovered_after, 0) as recovered_after,
    coalesce(measure_transit.in_transit, 0) as in_transit,
    fct_prepaid.balance as prepaid,
    coalesce(measure_violation.theft_count, 0) as theft_count,
    coalesce(measure_violation.theft_12m, 0) as theft_12m,
    coalesce(measure_violation.theft_year, 0) as theft_year,
    measure_violation.theft_last_on,
    coalesce(measure_violation.violation_count, 0) as violation_count,
    coalesce(measure_violation.unknown_violation_count, 0) as unknown_violation_count,
    measure_cut.last_cut_on,
    coalesce(measure_bill.closed_on <= $as_of::date, false) as is_closed,
    coalesce(stg_prepaid_control.is_prepaid, false) as is_prepaid_control
from measure_bill
left join few_receipts on measure_bill.cons_key = few_receipts.cons_key
left join measure_written_off on measure_bill.cons_key = measure_written_off.cons_key
left join measure_balance on measure_bill.cons_key = measure_balance.cons_key
left join measure_late on measure_bill.cons_key = measure_late.cons_key
left join measure_transit on measure_bill.cons_key = measure_transit.cons_key
left join measure_violation on measure_bill.cons_key = measure_violation.cons_key
left join measure_cut on measure_bill.cons_key = measure_cut.cons_key
left join fct_prepaid on measure_bill.cons_key = fct_prepaid.cons_key
left join stg_prepaid_control on measure_bill.cons_no = stg_prepaid_control.cons_no
order by measure_bill.cons_key;
