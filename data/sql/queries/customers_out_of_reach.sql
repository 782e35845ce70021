-- Of the given customer numbers those that are no customers' of the units that the reader may see: one row per number.
with
given as (
    select distinct unnest($cons_nos::varchar[]) as cons_no
),

reached as (
    select cons_no
    from dim_customer
    where
        len($allowed_orgs::varchar[]) = 0
        or len(list_filter($allowed_orgs::varchar[], lambda c: starts_with(org_no, c))) > 0
)

select given.cons_no
from given
anti join reached on given.cons_no = reached.cons_no
order by given.cons_no;
