-- What needs every bill ever, in one pass over few columns; and all that is measured of a customer's bills.
measure_ever as (
    select
        cons_key,
        min(issued_on) filter (where is_billed) as first_bill_on,
        max(issued_on) filter (where is_billed) as last_bill_on,
        max(effective_on) filter (where received > 0 and effective_on <= $as_of::date) as last_payment_on
    from fct_bill
    where
        issued_on <= $as_of::date
        and cons_key >= $first_key::integer
        and cons_key < $end_key::integer
    group by cons_key
),

measure_bill as (
    select
        measure_ever.*,
        bit_count(measure_year.periods_12m) + coalesce(measure_far.periods_12m, 0) as periods_12m,
        bit_count(measure_year.periods_year) + coalesce(measure_far.periods_year, 0) as periods_year,
        bit_count(measure_year.issued_12m) + coalesce(measure_far.issued_12m, 0) as issued_12m,
        bit_count(measure_year.arrears_12m) + coalesce(measure_far.arrears_12m, 0) as arrears_12m,
        bit_count(measure_year.arrears_year) + coalesce(measure_far.arrears_year, 0) as arrears_year,
        measure_year.billed_12m,
        measure_year.kwh_12m,
        measure_year.due_12m,
        measure_year.on_time_12m
    from measure_ever
    left join measure_year on measure_ever.cons_key = measure_year.cons_key
    left join measure_far on measure_ever.cons_key = measure_far.cons_key
),
