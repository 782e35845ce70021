-- The keys of the customers that the scope leaves, one row each, in order; by what is known of them today.
with
-- include: customers

listed as (
    select dim_customer.cons_key
    from customers as dim_customer
    -- include: in_scope
)

select cons_key
from listed
order by cons_key;
