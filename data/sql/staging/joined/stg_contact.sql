-- Contacts by customer number, one row per contact and customer whom it is of: by its own number, its customer's id, or
-- the relation.
create or replace view staging.stg_contact as
with customer as (
    select
        cons_id,
        max(cons_no) as cons_no
    from staging.kept_customer
    where cons_id is not null
    group by cons_id
),

contact as (
    select
        contact.* exclude (cons_id),
        coalesce(contact.cons_id, related.cons_id) as cons_id
    from staging.kept_contact as contact
    left join staging.kept_contact_customer as related
        on contact.contact_id = related.contact_id and contact.cons_no is null and contact.cons_id is null
)

select
    coalesce(contact.cons_no, customer.cons_no) as cons_no,
    contact.contact_mode,
    contact.contact_prio,
    contact.mobile,
    contact.office_tel,
    contact.homephone,
    contact.file_no,
    contact.line
from contact
left join customer on contact.cons_no is null and contact.cons_id = customer.cons_id
where coalesce(contact.cons_no, customer.cons_no) is not null;
