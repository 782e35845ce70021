moved as (
    select * from complete
    union all by name
    select
        segments.key,
        (year(fct_flow.event_on) * 100 + month(fct_flow.event_on))::integer as event_ym,
        fct_flow.* exclude (event_on, segment_key, kind, bill_key, cons_key)
    from fct_flow
    inner join segments on fct_flow.segment_key = segments.segment_key
    where fct_flow.event_on >= $begun_on and fct_flow.event_on <= $as_of
)
