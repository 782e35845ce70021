cores as (
    select distinct
        core_key,
        key
    from segments
),

complete as (
    select
        cores.key,
        agg_flow_core.* exclude (core_key)
    from agg_flow_core
    inner join cores on agg_flow_core.core_key = cores.core_key
    where agg_flow_core.event_ym <= $complete_ym
),
