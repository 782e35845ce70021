-- Distinct bill months are bits of one number; months too far off for it are counted one by one.
credit_far as (
    select
        cons_key,
        count(distinct rcvbl_ym) filter (where in_12m and amount > 0) as billed_periods,
        count(distinct rcvbl_ym) filter (where is_due_12m) as due_periods,
        count(distinct rcvbl_ym) filter (where is_due_12m and open_after_due > 0) as arrears
    from recent
    where months_back not between 0 and 62
    group by cons_key
),

credit_year as (
    select
        cons_key,
        bit_or(month_bit) filter (where in_12m and amount > 0) as billed_months,
        bit_or(month_bit) filter (where is_due_12m) as due_months,
        bit_or(month_bit) filter (where is_due_12m and open_after_due > 0) as arrear_months,
        sum(billed) filter (where in_12m)::bigint as billed_12m,
        count(*) filter (where is_due_12m) as due_bills,
        sum(billed) filter (where is_due_12m)::bigint as due_amount,
        sum(collected_by_due) filter (where is_due_12m)::bigint as on_time,
        count(*) filter (where is_due_12m and collected_by_due > 0 and collected_by_due < billed) as part_paid,
        sum(kwh) filter (where in_12m) as kwh_12m,
        count(kwh) filter (where in_12m) as kwh_bills,
        sum(kwh * kwh) filter (where in_12m) as kwh_squares,
        count(*) filter (where in_12m and has_channel) as channel_bills,
        count(*) filter (where in_12m and is_electronic) as electronic_bills
    from (
        select
            *,
            if(months_back between 0 and 62, 1::bigint << greatest(least(months_back, 62), 0), 0) as month_bit
        from recent
    )
    group by cons_key
),

credit_before as (
    select
        cons_key,
        sum(kwh) as kwh_before_12m,
        count(kwh) as kwh_before_bills
    from fct_bill
    where
        is_billed
        and issued_on <= ($as_of::date - interval 1 year)::date
        and issued_on > ($as_of::date - interval 2 year)::date
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
        from recent
        where is_due_12m and open_after_due > 0
        group by cons_key, rcvbl_ym
    )
    group by cons_key
)
