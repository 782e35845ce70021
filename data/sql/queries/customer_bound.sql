-- The first key above every customer's, one row: keys count from 0.
select coalesce(max(dim_customer.cons_key) + 1, 0)::bigint as end_key
from dim_customer;
