-- Customers that are not closed on the as-of date, one row.
with
-- include: who
counted as (
    select 1
    from dim_customer as items
    inner join segments on items.segment_key = segments.segment_key
    -- include: customer_filter
    where
        (items.built_on is null or items.built_on <= $as_of)
        and (items.cancelled_on is null or items.cancelled_on > $as_of)
        and (items.cancelled_on is not null or items.status_code is null or items.status_code <> '9')
)

select count(*) as customers
from counted;
