,

-- The page's keys first: what else its rows show is looked up for these alone.
turned as materialized (
    select cons_key
    from told
    order by sort_column asc nulls last, cons_key asc
    limit $limit::bigint offset $offset::bigint
),

turned_customers as (
    select
        -- include: listed_columns
    from turned
    inner join dim_customer on turned.cons_key = dim_customer.cons_key
    left join dim_segment on dim_customer.segment_key = dim_segment.segment_key
),

turned_rows as (
    select
        turned_customers.* exclude (name),
        measures.* exclude (cons_key)
    from turned_customers
    inner join read_parquet($measures::varchar) as measures on turned_customers.cons_key = measures.cons_key
)
