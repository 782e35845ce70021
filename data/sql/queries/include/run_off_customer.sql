keyed as (
    select
        coalesce(customers.customer_key, segments.key) as key,
        celled.*
    from celled
    inner join customers on celled.cons_key = customers.cons_key
    inner join segments on celled.segment_key = segments.segment_key
)
