-- Who is in charge of some customers on the day of the snapshot: one row per number that is a customer's.
-- The collector of the number, else the reader of its section, else nobody ('').
with
given as (
    select distinct unnest($cons_nos::varchar[]) as cons_no
)

select
    dim_customer.cons_no,
    min(dim_customer.org_no) as org_no,
    coalesce(min(dim_customer.collector), min(dim_customer.reader), '') as person
from dim_customer
inner join given on dim_customer.cons_no = given.cons_no
group by dim_customer.cons_no
order by dim_customer.cons_no;
