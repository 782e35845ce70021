-- Full name, address and phone of those who are written to; one row per customer of the table `wanted` (cons_key). The
-- phone is the first that can be called of their contacts for accounts (02), else of such as say no use, else of others.
with first_phone as (
    select
        fct_contact.cons_key,
        arg_min(
            fct_contact.phone,
            (
                not fct_contact.is_mobile,
                case fct_contact.contact_mode when '02' then 0 when '' then 1 else 2 end,
                fct_contact.contact_mode,
                fct_contact.place
            )
        ) as phone
    from fct_contact
    inner join wanted on fct_contact.cons_key = wanted.cons_key
    group by fct_contact.cons_key
)

select
    dim_customer.cons_key,
    coalesce(dim_customer.name, '') as name,
    coalesce(dim_customer.address, '') as address,
    coalesce(first_phone.phone, '') as mobile
from wanted
inner join dim_customer on wanted.cons_key = dim_customer.cons_key
left join first_phone on wanted.cons_key = first_phone.cons_key
order by dim_customer.cons_key;
