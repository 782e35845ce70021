-- The parts of a period's rates by what customers have in common (area, collector, owner), one row per key; fen, pairs.
with
-- include: segments
-- include: customers
-- include: period_items
select
    coalesce(customers.customer_key, segments.key) as key,
    coalesce(sum(items.cy_billed), 0)::bigint as cy_billed,
    coalesce(sum(items.cy_collected), 0)::bigint as cy_collected,
    coalesce(sum(items.old_billed), 0)::bigint as old_billed,
    coalesce(sum(items.old_collected), 0)::bigint as old_collected,
    coalesce(sum(items.month_billed), 0)::bigint as month_billed,
    coalesce(sum(items.month_collected), 0)::bigint as month_collected,
    coalesce(sum(items.hh_billed), 0)::bigint as hh_billed,
    coalesce(sum(items.hh_settled), 0)::bigint as hh_settled,
    coalesce(sum(items.due_billed), 0)::bigint as due_billed,
    coalesce(sum(items.due_collected), 0)::bigint as due_collected
from of_items as items
inner join customers on items.cons_key = customers.cons_key
inner join segments on items.segment_key = segments.segment_key
group by 1
order by 1;
