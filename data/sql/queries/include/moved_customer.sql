moved as (
    select
        coalesce(customers.customer_key, segments.key) as key,
        (year(fct_flow.event_on) * 100 + month(fct_flow.event_on))::integer as event_ym,
        fct_flow.* exclude (event_on, segment_key, kind, bill_key, cons_key)
    from fct_flow
    inner join customers on fct_flow.cons_key = customers.cons_key
    inner join segments on fct_flow.segment_key = segments.segment_key
    where fct_flow.event_on <= $as_of
)
