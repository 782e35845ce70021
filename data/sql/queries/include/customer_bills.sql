bills as (
    select
        *,
        issued_on > ($as_of::date - interval 1 year)::date as in_12m,
        due_on < $as_of::date and due_on + 1 > ($as_of::date - interval 1 year)::date as due_in_12m,
        due_on < $as_of::date and year(due_on + 1) = year($as_of::date) as due_in_year,
        due_on <= $as_of::date and due_counted_on > ($as_of::date - interval 1 year)::date as is_due_12m
    from fct_bill
    where
        is_billed
        and issued_on <= $as_of::date
        and cons_key >= $first_key::integer
        and cons_key < $end_key::integer
),

measure_bill as (
    select
        cons_key,
        count(distinct rcvbl_ym) filter (where due_in_12m and amount > 0)::integer as periods_12m,
        count(distinct rcvbl_ym) filter (where due_in_year and amount > 0)::integer as periods_year,
        count(distinct rcvbl_ym) filter (where in_12m and amount > 0)::integer as issued_12m,
        coalesce(sum(billed) filter (where in_12m), 0)::bigint as billed_12m,
        sum(kwh) filter (where in_12m) as kwh_12m,
        count(distinct rcvbl_ym) filter (where due_in_12m and open_after_due > 0)::integer as arrears_12m,
        count(distinct rcvbl_ym) filter (where due_in_year and open_after_due > 0)::integer as arrears_year,
        coalesce(sum(billed) filter (where is_due_12m), 0)::bigint as due_12m,
        coalesce(sum(collected_by_due) filter (where is_due_12m), 0)::bigint as on_time_12m,
        coalesce(
            sum(amount - collected) filter (where amount > 0 and written_off_on <= $as_of::date), 0
        )::bigint as written_off,
        min(issued_on) as first_bill_on,
        max(issued_on) as last_bill_on
    from bills
    group by cons_key
),
