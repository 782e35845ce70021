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
