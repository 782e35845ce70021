complete as (
    select
        segments.key,
        agg_flow.* exclude (segment_key)
    from agg_flow
    inner join segments on agg_flow.segment_key = segments.segment_key
    where agg_flow.event_ym <= $complete_ym
),
