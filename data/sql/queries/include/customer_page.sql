,

turned as (
    select cons_key
    from told
    order by sort_column asc nulls last, cons_key asc
    limit $limit::bigint offset $offset::bigint
),

page as (
    select told.*
    from told
    inner join turned on told.cons_key = turned.cons_key
)
