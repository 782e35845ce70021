-- What few bills have: several receipts (the only receipt of a bill is in measure_ever), too much paid, or written off.
few_receipts as (
    select
        cons_key,
        effective_on,
        if(amount > 0, effective_on, null) as paid_on,
        excess,
        recovered_after
    from fct_receipt_line
    union all by name
    select
        cons_key,
        effective_on,
        excess,
        0 as recovered_after
    from fct_bill
    where receipts = 1 and excess <> 0
    union all by name
    select
        cons_key,
        effective_on,
        0 as excess,
        least(received, amount) as recovered_after
    from fct_bill
    where receipts = 1 and is_billed and amount > 0 and written_off_on is not null and effective_on > written_off_on
),

measure_receipt as (
    select
        cons_key,
        max(paid_on) as last_payment_on,
        sum(excess)::bigint as credit,
        sum(recovered_after)::bigint as recovered_after
    from few_receipts
    where
        effective_on <= $as_of::date
        and cons_key >= $first_key::integer
        and cons_key < $end_key::integer
    group by cons_key
),

measure_written_off as (
    select
        cons_key,
        sum(open)::bigint as written_off
    from fct_written_off
    where
        written_off_on <= $as_of::date
        and cons_key >= $first_key::integer
        and cons_key < $end_key::integer
    group by cons_key
),
