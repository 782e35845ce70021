-- Customers of one load whose supply unit is missing, or neither listed nor below a listed one that has no listed unit
-- below it: a root above all would know every number. How many, with the first, one row each.
-- A source that lists no units, and gives no customer one, knows none: nothing is found then.
with units as (
    select distinct org_no
    from stg_customer
),

leaves as (
    select distinct listed.org_no
    from stg_org as listed
    anti join stg_org as below on listed.org_no <> below.org_no and starts_with(below.org_no, listed.org_no)
),

known as (
    select org_no
    from units
    where
        org_no is not null
        and (
            not exists (select 1 from stg_org)
            or org_no in (select org_no from stg_org)
            or exists (select 1 from leaves where starts_with(units.org_no, leaves.org_no))
        )
),

of_load as (
    select
        file.file,
        customer.line,
        customer.cons_no,
        customer.org_no as value
    from stg_customer as customer
    inner join meta_file as file on customer.file_no = file.file_no
    anti join known on customer.org_no = known.org_no
    where
        file.load_id = $load
        and (exists (select 1 from stg_org) or exists (select 1 from units where org_no is not null))
)

select
    count(*) over () as found,
    *
from of_load
order by file, line
limit $examples
