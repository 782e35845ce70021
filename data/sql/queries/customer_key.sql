-- The key of one customer, one row; none for one that nobody knows.
select dim_customer.cons_key
from dim_customer
where dim_customer.cons_no = $cons_no::varchar;
