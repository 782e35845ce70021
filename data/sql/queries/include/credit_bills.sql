credit_ever as (
    select
        cons_key,
        arg_max(segment_key, rcvbl_ym::hugeint * 18446744073709551616 + bill_key) as segment_key,
        count(*) filter (where amount > 0 and due_on < $as_of::date) as due_periods_all,
        min(due_on) filter (where amount > 0 and due_on < $as_of::date) as first_due_on,
        count(*) filter (where amount > 0 and due_on < $as_of::date and open_after_due > 0) as arrears_all,
        max(due_on) filter (where amount > 0 and due_on < $as_of::date and open_after_due > 0) as last_arrear_due_on
    from fct_bill
    where is_billed and issued_on <= $as_of::date
    group by cons_key
),

recent as not materialized (
    select
        fct_bill.*,
        dim_segment.pay_mode <> '' as has_channel,
        dim_segment.pay_mode <> ''
        and not list_contains($counter_modes::varchar[], dim_segment.pay_mode) as is_electronic,
        fct_bill.issued_on > ($as_of::date - interval 1 year)::date as in_12m,
        fct_bill.issued_on > ($as_of::date - interval 2 year)::date as in_24m,
        fct_bill.amount > 0
        and fct_bill.due_on < $as_of::date
        and fct_bill.due_on + 1 > ($as_of::date - interval 1 year)::date as is_due_12m,
        year($as_of::date) * 12 + month($as_of::date)
        - fct_bill.rcvbl_ym // 100 * 12 - fct_bill.rcvbl_ym % 100 + 2 as months_back
    from fct_bill
    inner join dim_segment on fct_bill.segment_key = dim_segment.segment_key
    where
        fct_bill.is_billed
        and fct_bill.issued_on <= $as_of::date
        and (
            fct_bill.issued_on > ($as_of::date - interval 2 year)::date
            or fct_bill.due_on + 1 > ($as_of::date - interval 1 year)::date
        )
),

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
        sum(kwh) filter (where in_24m and not in_12m) as kwh_before_12m,
        count(kwh) filter (where in_24m and not in_12m) as kwh_before_bills,
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

credit_bill as (
    select
        credit_ever.cons_key,
        dim_segment.class,
        dim_segment.org_no,
        dim_segment.industry,
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
        credit_year.kwh_before_12m,
        coalesce(credit_year.kwh_before_bills, 0) as kwh_before_bills,
        coalesce(credit_year.channel_bills, 0) as channel_bills,
        coalesce(credit_year.electronic_bills, 0) as electronic_bills
    from credit_ever
    inner join dim_segment on credit_ever.segment_key = dim_segment.segment_key
    left join credit_year on credit_ever.cons_key = credit_year.cons_key
    left join credit_far on credit_ever.cons_key = credit_far.cons_key
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
