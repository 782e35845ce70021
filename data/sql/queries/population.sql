-- Customers that are not closed on the as-of date, one row.
with
-- include: who
counted as (
    select
        count(*) filter (
            where
            (items.built_on is null or items.built_on <= $as_of)
            and (items.closed_on is null or items.closed_on > $as_of)
        ) as customers
    from dim_customer as items
    inner join segments on items.segment_key = segments.segment_key
    -- include: customer_filter
)

select customers
from counted;
