,

turned as (
    select cons_key
    from filtered
    order by sort_column asc nulls last, cons_key asc
    limit $limit::bigint offset $offset::bigint
),

page as (
    select filtered.*
    from filtered
    inner join turned on filtered.cons_key = turned.cons_key
)
