first_ones as (
    select
        *,
        count(*) over () as customers
    from weighed
    order by abs(weight) desc, cons_key
    limit $limit
)

select
    items.* exclude (cons_key, weight),
    -- include: customer_columns
from first_ones as items
-- include: customer_joins
order by dim_customer.cons_no;
