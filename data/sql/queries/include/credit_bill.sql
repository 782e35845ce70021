credit_bill as (
    select
        credit_ever.cons_key,
        dim_segment.class,
        dim_segment.org_no,
        dim_segment.industry,
        dim_segment.volt,
        bit_count(coalesce(credit_year.billed_months, 0)) + coalesce(credit_far.billed_periods, 0) as billed_periods,
        credit_year.billed_12m,
        bit_count(coalesce(credit_year.due_months, 0)) + coalesce(credit_far.due_periods, 0) as due_periods,
        coalesce(credit_year.due_bills, 0) as due_bills,
        credit_ever.due_periods_all,
        least(date_diff('month', credit_ever.first_due_on, $as_of::date) + 1, 12) as active_months,
        credit_year.due_amount,
        credit_year.on_time,
        bit_count(coalesce(credit_year.arrear_months, 0)) + coalesce(credit_far.arrears, 0) as arrears,
        credit_ever.arrears_all,
        $as_of::date - (credit_ever.last_arrear_due_on + 1) as days_since_arrear,
        coalesce(credit_year.part_paid, 0) as part_paid,
        credit_year.kwh_12m,
        coalesce(credit_year.kwh_bills, 0) as kwh_bills,
        credit_year.kwh_squares,
        credit_before.kwh_before_12m,
        coalesce(credit_before.kwh_before_bills, 0) as kwh_before_bills,
        coalesce(credit_year.channel_bills, 0) as channel_bills,
        coalesce(credit_year.electronic_bills, 0) as electronic_bills
    from credit_ever
    inner join dim_segment on credit_ever.segment_key = dim_segment.segment_key
    left join credit_year on credit_ever.cons_key = credit_year.cons_key
    left join credit_before on credit_ever.cons_key = credit_before.cons_key
    left join credit_far on credit_ever.cons_key = credit_far.cons_key
)
