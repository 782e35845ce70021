-- Customers of the scope as a warning names them, one row per customer number.
with
-- include: who
kept as (
    select
        items.cons_key,
        items.cons_no,
        items.org_no,
        items.segment_key,
        coalesce(items.collector, items.reader, '') as person
    from dim_customer as items
    inner join segments on items.segment_key = segments.segment_key
    -- include: customer_filter
)

select
    kept.cons_key,
    kept.cons_no,
    kept.org_no,
    dim_segment.class,
    kept.person
from kept
left join dim_segment on kept.segment_key = dim_segment.segment_key
order by kept.cons_key;
