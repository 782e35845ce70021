moved as (
    select * from complete
    union all by name
    select
        cores.key,
        $as_of_ym::integer as event_ym,
        agg_flow_day.* exclude (core_key, event_on)
    from agg_flow_day
    inner join cores on agg_flow_day.core_key = cores.core_key
    where agg_flow_day.event_on >= $begun_on and agg_flow_day.event_on <= $as_of
)
