-- What customers add on two days to the two sums of a rate, one row per customer, those whose sums weigh most first; fen, pairs.
with
-- include: who
-- include: period_items as now
,

-- include: measured as now
,

-- include: period_items as then
,

-- include: measured as then
,

both_days as (
    select
        cons_key,
        segment_key,
        whole as whole_now,
        part as part_now
    from now_measured
    where whole <> 0 or part <> 0
    union all by name
    select
        cons_key,
        segment_key,
        whole as whole_then,
        part as part_then
    from then_measured
    where whole <> 0 or part <> 0
),

summed as (
    select
        items.cons_key,
        coalesce(sum(items.whole_now), 0)::bigint as whole_now,
        coalesce(sum(items.part_now), 0)::bigint as part_now,
        coalesce(sum(items.whole_then), 0)::bigint as whole_then,
        coalesce(sum(items.part_then), 0)::bigint as part_then
    from both_days as items
    inner join segments on items.segment_key = segments.segment_key
    -- include: customer_filter
    group by items.cons_key
),

weighed as (
    select
        *,
        $weight_whole_now::double * whole_now + $weight_part_now::double * part_now
        + $weight_whole_then::double * whole_then + $weight_part_then::double * part_then as weight
    from summed
    where whole_now <> 0 or part_now <> 0 or whole_then <> 0 or part_then <> 0
)
,

-- include: customers_named
