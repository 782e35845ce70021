bills as (
    select
        fct_bill.*,
        dim_segment.class,
        dim_segment.org_no,
        dim_segment.industry,
        dim_segment.pay_mode,
        fct_bill.issued_on > ($as_of::date - interval 1 year)::date as in_12m,
        fct_bill.issued_on > ($as_of::date - interval 2 year)::date as in_24m,
        fct_bill.amount > 0 and fct_bill.due_on < $as_of::date as is_due,
        fct_bill.amount > 0
        and fct_bill.due_on < $as_of::date
        and fct_bill.due_on + 1 > ($as_of::date - interval 1 year)::date as is_due_12m
    from fct_bill
    inner join dim_segment on fct_bill.segment_key = dim_segment.segment_key
    where fct_bill.is_billed and fct_bill.issued_on <= $as_of::date
),

credit_bill as (
    select
        cons_key,
        arg_max(class, (rcvbl_ym, bill_key)) as class,
        arg_max(org_no, (rcvbl_ym, bill_key)) as org_no,
        arg_max(industry, (rcvbl_ym, bill_key)) as industry,
        count(distinct rcvbl_ym) filter (where in_12m and amount > 0) as billed_periods,
        sum(billed) filter (where in_12m)::bigint as billed_12m,
        count(distinct rcvbl_ym) filter (where is_due_12m) as due_periods,
        count(*) filter (where is_due_12m) as due_bills,
        count(*) filter (where is_due) as due_periods_all,
        least(date_diff('month', min(due_on) filter (where is_due), $as_of::date) + 1, 12) as active_months,
        sum(billed) filter (where is_due_12m)::bigint as due_amount,
        sum(collected_by_due) filter (where is_due_12m)::bigint as on_time,
        count(distinct rcvbl_ym) filter (where is_due_12m and open_after_due > 0) as arrears,
        count(*) filter (where is_due and open_after_due > 0) as arrears_all,
        $as_of::date - max(due_on + 1) filter (where is_due and open_after_due > 0) as days_since_arrear,
        count(*) filter (where is_due_12m and collected_by_due > 0 and collected_by_due < billed) as part_paid,
        sum(kwh) filter (where in_12m) as kwh_12m,
        count(kwh) filter (where in_12m) as kwh_bills,
        sum(kwh * kwh) filter (where in_12m) as kwh_squares,
        sum(kwh) filter (where in_24m and not in_12m) as kwh_before_12m,
        count(kwh) filter (where in_24m and not in_12m) as kwh_before_bills,
        count(*) filter (where in_12m and pay_mode <> '') as channel_bills,
        count(*) filter (
            where in_12m and pay_mode <> '' and not list_contains($counter_modes::varchar[], pay_mode)
        ) as electronic_bills
    from bills
    group by cons_key
),

credit_recent as (
    select
        cons_key,
        sum(weight) as arrears_recent
    from (
        select
            cons_key,
            rcvbl_ym,
            max(pow(0.5, ($as_of::date - due_on - 1) * $decay_per_day::double)) as weight
        from bills
        where is_due_12m and open_after_due > 0
        group by cons_key, rcvbl_ym
    )
    group by cons_key
)
