unsettled as (
    select distinct bill_key
    from fct_balance
    where bill_year < $year and to_on > make_date($year, 1, 1) - 1
),

events as (
    select *
    from fct_flow
    where event_on <= $as_of and bill_year >= $year
    union all by name
    select fct_flow.*
    from fct_flow
    inner join unsettled on fct_flow.bill_key = unsettled.bill_key
    where fct_flow.event_on <= $as_of and fct_flow.bill_year < $year
),

moved as (
    select
        coalesce(customers.customer_key, segments.key) as key,
        (year(events.event_on) * 100 + month(events.event_on))::integer as event_ym,
        events.* exclude (event_on, segment_key, kind, bill_key, cons_key)
    from events
    inner join customers on events.cons_key = customers.cons_key
    inner join segments on events.segment_key = segments.segment_key
)
