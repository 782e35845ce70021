-- Customer numbers that the filters leave, by the segment of their newest bill, one row per customer.
with
-- include: who
kept as (
    select items.cons_no
    from dim_customer as items
    inner join segments on items.segment_key = segments.segment_key
    -- include: customer_filter
)

select cons_no
from kept;
