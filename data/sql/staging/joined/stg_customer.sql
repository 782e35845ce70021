-- Customers with a mobile number from the contacts where their own row has none, one row per cons_no. Of several
-- contacts that for accounts (02) stands first, then any that says no use, then by priority, then the latest.
create or replace table stg_customer as
with contact as (
    select
        contact.cons_no,
        coalesce(contact.cons_id, related.cons_id) as cons_id,
        contact.mobile,
        (
            case contact.contact_mode when '02' then 2 else (contact.contact_mode is null)::integer end,
            -coalesce(contact.contact_prio, 999999),
            contact.file_no,
            contact.line
        ) as place
    from staging.kept_contact as contact
    left join staging.kept_contact_customer as related
        on contact.contact_id = related.contact_id and contact.cons_no is null and contact.cons_id is null
    where contact.mobile is not null
),

by_no as (
    select
        cons_no,
        arg_max(mobile, place) as mobile
    from contact
    where cons_no is not null
    group by cons_no
),

by_id as (
    select
        cons_id,
        arg_max(mobile, place) as mobile
    from contact
    where cons_no is null and cons_id is not null
    group by cons_id
)

select customer.* exclude (ctl_mode) replace (coalesce(customer.mobile, by_no.mobile, by_id.mobile) as mobile)
from staging.kept_customer as customer
left join by_no on customer.cons_no = by_no.cons_no
left join by_id on customer.cons_id = by_id.cons_id;
