-- What customers hold of the balance on two days, one row per customer, the largest changes first; fen, of months before
-- $now_before and $then_before, at least $days days overdue.
with
-- include: who
-- include: alive_then
,

-- include: spells
,

held as (
    select
        cons_key,
        open as part_now,
        0 as part_then
    from spells
    where rcvbl_ym < $now_before and days >= $days
    union all
    select
        then_alive.cons_key,
        0 as part_now,
        then_alive.open as part_then
    from then_alive
    inner join segments on then_alive.segment_key = segments.segment_key
    -- include: customer_then
    where then_alive.rcvbl_ym < $then_before and $then::date - then_alive.due_on >= $days
),

weighed as (
    select
        cons_key,
        sum(part_now)::bigint as part_now,
        sum(part_then)::bigint as part_then,
        sum(part_now - part_then)::bigint as weight
    from held
    group by cons_key
)
,

-- include: customers_named
