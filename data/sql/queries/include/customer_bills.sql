-- Distinct bill months are bits of one number; months too far off for it are counted one by one.
year_bills as not materialized (
    select
        *,
        issued_on > ($as_of::date - interval 1 year)::date as in_12m,
        due_on < $as_of::date and due_on + 1 > ($as_of::date - interval 1 year)::date as due_in_12m,
        due_on < $as_of::date and year(due_on + 1) = year($as_of::date) as due_in_year,
        due_on <= $as_of::date and due_counted_on > ($as_of::date - interval 1 year)::date as is_due_12m,
        year($as_of::date) * 12 + month($as_of::date) - rcvbl_ym // 100 * 12 - rcvbl_ym % 100 + 2 as months_back
    from fct_bill
    where
        is_billed
        and issued_on <= $as_of::date
        and due_counted_on >= ($as_of::date - interval 1 year)::date -- every bill of the year, and few beside
        and cons_key >= $first_key::integer
        and cons_key < $end_key::integer
),

measure_year as (
    select
        cons_key,
        coalesce(bit_or(month_bit) filter (where due_in_12m and amount > 0), 0) as periods_12m,
        coalesce(bit_or(month_bit) filter (where due_in_year and amount > 0), 0) as periods_year,
        coalesce(bit_or(month_bit) filter (where in_12m and amount > 0), 0) as issued_12m,
        coalesce(bit_or(month_bit) filter (where due_in_12m and open_after_due > 0), 0) as arrears_12m,
        coalesce(bit_or(month_bit) filter (where due_in_year and open_after_due > 0), 0) as arrears_year,
        sum(billed) filter (where in_12m)::bigint as billed_12m,
        sum(kwh) filter (where in_12m) as kwh_12m,
        sum(billed) filter (where is_due_12m)::bigint as due_12m,
        sum(collected_by_due) filter (where is_due_12m)::bigint as on_time_12m
    from (
        select
            *,
            if(months_back between 0 and 62, 1::bigint << greatest(least(months_back, 62), 0), 0) as month_bit
        from year_bills
    )
    group by cons_key
),

measure_far as (
    select
        cons_key,
        count(distinct rcvbl_ym) filter (where due_in_12m and amount > 0) as periods_12m,
        count(distinct rcvbl_ym) filter (where due_in_year and amount > 0) as periods_year,
        count(distinct rcvbl_ym) filter (where in_12m and amount > 0) as issued_12m,
        count(distinct rcvbl_ym) filter (where due_in_12m and open_after_due > 0) as arrears_12m,
        count(distinct rcvbl_ym) filter (where due_in_year and open_after_due > 0) as arrears_year
    from year_bills
    where months_back not between 0 and 62
    group by cons_key
),
