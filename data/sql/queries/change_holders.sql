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

summed as (
    select
        cons_key,
        sum(part_now)::bigint as part_now,
        sum(part_then)::bigint as part_then
    from held
    group by cons_key
),

largest as (
    select
        *,
        count(*) over () as customers
    from summed
    order by abs(part_now - part_then) desc, cons_key
    limit $limit
)

select
    dim_customer.cons_no,
    dim_customer.name,
    dim_segment.class,
    coalesce(dim_org.org_name, dim_customer.org_no) as org_name,
    largest.* exclude (cons_key)
from largest
inner join dim_customer on largest.cons_key = dim_customer.cons_key
left join dim_segment on dim_customer.segment_key = dim_segment.segment_key
left join dim_org on dim_customer.org_no = dim_org.org_no
order by dim_customer.cons_no;
