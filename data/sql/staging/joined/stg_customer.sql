-- Customers with a mobile number from the contacts where their own row has none, one row per cons_no.
create or replace table stg_customer as
with by_no as (
    select
        cons_no,
        arg_max(mobile, (file_no, line)) as mobile
    from staging.kept_contact
    where cons_no is not null and mobile is not null
    group by cons_no
),

by_id as (
    select
        cons_id,
        arg_max(mobile, (file_no, line)) as mobile
    from staging.kept_contact
    where cons_no is null and mobile is not null
    group by cons_id
)

select customer.* replace (coalesce(customer.mobile, by_no.mobile, by_id.mobile) as mobile)
from staging.kept_customer as customer
left join by_no on customer.cons_no = by_no.cons_no
left join by_id on customer.cons_id = by_id.cons_id;
