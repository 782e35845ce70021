measure_transit as (
    select
        cons_key,
        sum(amount)::bigint as in_transit
    from fct_in_transit
    where checked_on <= $as_of::date and coalesce(disposed_on > $as_of::date, true)
    group by cons_key
),

measure_violation as (
    select
        cons_key,
        (count(*) filter (where kind = 'theft'))::integer as theft_count,
        (count(*) filter (where kind = 'violation'))::integer as violation_count,
        (count(*) filter (where kind is null))::integer as unknown_violation_count,
        (count(*) filter (
            where kind = 'theft' and occurred_on > ($as_of::date - interval 1 year)::date
        ))::integer as theft_12m,
        (count(*) filter (
            where kind = 'theft' and year(occurred_on) = year($as_of::date)
        ))::integer as theft_year,
        max(occurred_on) filter (where kind = 'theft') as theft_last_on
    from fct_violation
    where occurred_on <= $as_of::date
    group by cons_key
),

measure_cut as (
    select
        cons_key,
        max(cut_on) as last_cut_on
    from fct_outage
    where cut_on <= $as_of::date
    group by cons_key
)
