spells as (
    select
        coalesce(customers.customer_key, segments.key) as key,
        alive.* exclude (segment_key, as_of),
        (alive.as_of - alive.due_on)::integer as days
    from held.alive as alive
    inner join customers on alive.cons_key = customers.cons_key
    inner join segments on alive.segment_key = segments.segment_key
    where alive.as_of = $as_of::date
)
