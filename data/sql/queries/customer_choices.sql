-- The codes that customers bear in the fields that a list can be filtered by, one row per (key, code).
with listed as (
    select
        cons_key,
        status_code,
        urban_rural,
        importance,
        settle_mode,
        notify_mode,
        load_attr,
        reader
    from dim_customer
    where
        len($allowed_orgs::varchar[]) = 0
        or len(list_filter($allowed_orgs::varchar[], lambda c: starts_with(org_no, c))) > 0
),

codes as (
    unpivot listed
    on status_code, urban_rural, importance, settle_mode, notify_mode, load_attr, reader
    into name key value code
)

select
    key,
    code,
    count(*) as customers
from codes
where code <> ''
group by key, code
order by key, code;
