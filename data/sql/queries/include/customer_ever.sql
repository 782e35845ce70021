-- What needs every bill ever: the customer's own row tells it, or the year, or else it is looked for. All that is
-- measured of a customer's bills, one row for each customer, with or without bills.
known_ever as (
    select
        dim_customer.cons_key,
        dim_customer.cons_no,
        dim_customer.closed_on,
        dim_customer.first_billed_on,
        dim_customer.last_billed_on,
        dim_customer.first_paid_on,
        dim_customer.last_paid_on,
        measure_year.* exclude (cons_key)
    from dim_customer
    left join measure_year on dim_customer.cons_key = measure_year.cons_key
    where dim_customer.cons_key >= $first_key::integer and dim_customer.cons_key < $end_key::integer
),

-- Who was billed, or paid, before the year and after the day, and not in it: the last time before it is in no sum.
measure_gap as (
    select
        cons_key,
        max(issued_on) filter (where is_billed) as last_bill_on,
        max(effective_on) filter (where received > 0 and effective_on <= $as_of::date) as last_payment_on
    from fct_bill
    where
        issued_on <= $as_of::date
        and cons_key in (
            select known_ever.cons_key
            from known_ever
            where
                (
                    known_ever.last_bill_on is null
                    and known_ever.first_billed_on <= $as_of::date
                    and known_ever.last_billed_on > $as_of::date
                )
                or (
                    known_ever.last_payment_on is null
                    and known_ever.first_paid_on <= $as_of::date
                    and known_ever.last_paid_on > $as_of::date
                )
        )
    group by cons_key
),

measure_bill as (
    select
        known_ever.cons_key,
        known_ever.cons_no,
        known_ever.closed_on,
        if(known_ever.first_billed_on <= $as_of::date, known_ever.first_billed_on, null) as first_bill_on,
        coalesce(
            known_ever.last_bill_on,
            if(known_ever.last_billed_on <= $as_of::date, known_ever.last_billed_on, measure_gap.last_bill_on)
        ) as last_bill_on,
        coalesce(
            known_ever.last_payment_on,
            if(known_ever.last_paid_on <= $as_of::date, known_ever.last_paid_on, measure_gap.last_payment_on)
        ) as last_payment_on,
        bit_count(known_ever.months_12m & 1317624576693539401) + coalesce(measure_far.periods_12m, 0) as periods_12m,
        bit_count(known_ever.months_12m & 2635249153387078802) + coalesce(measure_far.issued_12m, 0) as issued_12m,
        bit_count(known_ever.months_12m & 5270498306774157604) + coalesce(measure_far.arrears_12m, 0) as arrears_12m,
        bit_count(known_ever.months_year & 1466015503701) + coalesce(measure_far.periods_year, 0) as periods_year,
        bit_count(known_ever.months_year & 2932031007402) + coalesce(measure_far.arrears_year, 0) as arrears_year,
        known_ever.billed_12m,
        known_ever.kwh_12m,
        known_ever.due_12m,
        known_ever.on_time_12m
    from known_ever
    left join measure_gap on known_ever.cons_key = measure_gap.cons_key
    left join measure_far on known_ever.cons_key = measure_far.cons_key
),
