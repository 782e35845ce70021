keyed as (
    select
        segments.key,
        celled.*
    from celled
    inner join segments on celled.segment_key = segments.segment_key
)
