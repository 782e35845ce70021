-- What customers add on two days to the two sums of a rate, one row per customer, those whose sums weigh most first; fen, pairs.
with
-- include: who
-- include: counted
,

summed as (
    select
        items.cons_key,
        coalesce(sum(items.whole_now), 0)::bigint as whole_now,
        coalesce(sum(items.part_now), 0)::bigint as part_now,
        coalesce(sum(items.whole_then), 0)::bigint as whole_then,
        coalesce(sum(items.part_then), 0)::bigint as part_then
    from counted as items
    inner join segments on items.segment_key = segments.segment_key
    -- include: customer_filter
    group by items.cons_key
),

heaviest as (
    select
        *,
        count(*) over () as customers
    from summed
    where whole_now <> 0 or part_now <> 0 or whole_then <> 0 or part_then <> 0
    order by
        abs(
            $weight_whole_now::double * whole_now + $weight_part_now::double * part_now
            + $weight_whole_then::double * whole_then + $weight_part_then::double * part_then
        ) desc,
        cons_key
    limit $limit
)

select
    dim_customer.cons_no,
    dim_customer.name,
    dim_segment.class,
    coalesce(dim_org.org_name, dim_customer.org_no) as org_name,
    heaviest.* exclude (cons_key)
from heaviest
inner join dim_customer on heaviest.cons_key = dim_customer.cons_key
left join dim_segment on dim_customer.segment_key = dim_segment.segment_key
left join dim_org on dim_customer.org_no = dim_org.org_no
order by dim_customer.cons_no;
