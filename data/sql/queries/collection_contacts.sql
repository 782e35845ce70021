-- Whom to call, one row per customer of the table `wanted` (cons_key): the first number that can be called, by use in
-- the order of `$modes` (others after them), then priority; and the first mobile among them. Never all numbers.
with ranked as (
    select
        fct_contact.cons_key,
        fct_contact.contact_mode,
        fct_contact.phone,
        fct_contact.is_mobile,
        (
            coalesce(list_position($modes::varchar[], fct_contact.contact_mode), 99),
            fct_contact.contact_mode,
            fct_contact.place
        ) as place
    from fct_contact
    inner join wanted on fct_contact.cons_key = wanted.cons_key
)

select
    cons_key,
    arg_min(contact_mode, place) as contact_mode,
    arg_min(phone, place) as phone,
    coalesce(arg_min(phone, place) filter (where is_mobile), '') as mobile
from ranked
group by cons_key
order by cons_key;
