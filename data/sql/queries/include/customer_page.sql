,

page as (
    select *
    from filtered
    order by sort_column asc nulls last, cons_key asc
    limit $limit::bigint offset $offset::bigint
)
