-- What a filter can offer within the allowed units, one row per code, in code order.
with
-- include: segments

-- include: customers

keyed as (
    select coalesce(customers.customer_key, segments.key) as key
    from customers
    inner join segments on customers.segment_key = segments.segment_key
)

select
    key,
    count(*) as customers
from keyed
where key <> ''
group by key
order by key;
