-- All bills that the twelve months ask of, by a bound that row groups know; and which of their days and months count.
year_bills as not materialized (
    select
        *,
        is_billed and issued_on > ($as_of::date - interval 1 year)::date as in_12m,
        is_billed and due_on < $as_of::date and due_on + 1 > ($as_of::date - interval 1 year)::date as due_in_12m,
        is_billed and due_on < $as_of::date and due_on + 1 >= make_date(year($as_of::date), 1, 1) as due_in_year,
        is_billed and due_on <= $as_of::date and due_counted_on > ($as_of::date - interval 1 year)::date as is_due_12m,
        rcvbl_ym between year($as_of::date - interval 18 month) * 100 + month($as_of::date - interval 18 month)
        and year($as_of::date + interval 2 month) * 100 + month($as_of::date + interval 2 month) as is_near
    from fct_bill
    where
        issued_on <= $as_of::date
        and due_counted_on >= ($as_of::date - interval 1 year)::date -- every bill of the year, and few beside
        and cons_key >= $first_key::integer
        and cons_key < $end_key::integer
),

-- Distinct bill months are bits of a number: three for each month back, one for each of what is counted in the twelve
-- months; two for each of what is counted in the calendar year.
marked_bills as not materialized (
    select
        cons_key,
        (due_in_12m and amount > 0)::bigint
        + 2 * (in_12m and amount > 0)::bigint
        + 4 * (due_in_12m and open_after_due > 0)::bigint as marks_12m,
        (due_in_year and amount > 0)::bigint + 2 * (due_in_year and open_after_due > 0)::bigint as marks_year,
        if(
            is_near, year($as_of::date) * 12 + month($as_of::date) + 2 - rcvbl_ym + rcvbl_ym // 100 * 88, null
        ) as months_back,
        if(in_12m, billed, 0) as billed_12m,
        if(in_12m, kwh, null) as kwh_12m,
        if(is_due_12m, billed, 0) as due_12m,
        if(is_due_12m, collected_by_due, 0) as on_time_12m,
        if(is_billed and issued_on >= ($as_of::date - interval 1 year)::date, issued_on, null) as issued_on,
        if(received > 0 and effective_on <= $as_of::date, effective_on, null) as paid_on
    from year_bills
),

measure_year as materialized (
    select
        cons_key,
        coalesce(bit_or(marks_12m << (3 * months_back)), 0) as months_12m,
        coalesce(bit_or(marks_year << (2 * months_back)), 0) as months_year,
        sum(billed_12m)::bigint as billed_12m,
        sum(kwh_12m) as kwh_12m,
        sum(due_12m)::bigint as due_12m,
        sum(on_time_12m)::bigint as on_time_12m,
        max(issued_on) as last_bill_on,
        max(paid_on) as last_payment_on
    from marked_bills
    group by cons_key
),

-- Months too far off for a bit are counted one by one.
measure_far as (
    select
        cons_key,
        count(distinct rcvbl_ym) filter (where due_in_12m and amount > 0) as periods_12m,
        count(distinct rcvbl_ym) filter (where due_in_year and amount > 0) as periods_year,
        count(distinct rcvbl_ym) filter (where in_12m and amount > 0) as issued_12m,
        count(distinct rcvbl_ym) filter (where due_in_12m and open_after_due > 0) as arrears_12m,
        count(distinct rcvbl_ym) filter (where due_in_year and open_after_due > 0) as arrears_year
    from year_bills
    where not is_near
    group by cons_key
),
