-- Customers overdue on $then who have nothing overdue on the as-of date, one row; fen and customers.
with
-- include: who
-- include: alive_then
,

-- include: spells
,

overdue_then as (
    select
        then_alive.cons_key,
        sum(then_alive.open) as open_then
    from then_alive
    inner join segments on then_alive.segment_key = segments.segment_key
    -- include: customer_then
    where then_alive.due_on < $then
    group by then_alive.cons_key
),

overdue_now as (
    select distinct cons_key
    from spells
    where days > 0
)

select
    coalesce(sum(overdue_then.open_then), 0)::bigint as overdue,
    coalesce(sum(overdue_then.open_then) filter (where overdue_now.cons_key is null), 0)::bigint as cured,
    count(*) as customers,
    count(*) filter (where overdue_now.cons_key is null) as cured_customers
from overdue_then
left join overdue_now on overdue_then.cons_key = overdue_now.cons_key;
