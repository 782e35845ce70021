-- Full name, address and phone of those who are written to; one row per customer of the table `wanted` (cons_key).
select
    dim_customer.cons_key,
    coalesce(dim_customer.name, '') as name,
    coalesce(dim_customer.address, '') as address,
    coalesce(dim_customer.mobile, '') as mobile
from wanted
inner join dim_customer on wanted.cons_key = dim_customer.cons_key
order by dim_customer.cons_key;
