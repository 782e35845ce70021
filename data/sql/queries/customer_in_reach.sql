-- Whether a customer number exists inside the units that the reader may see: one row, one boolean.
select count(*) > 0 as in_reach
from dim_customer
where
    cons_no = $cons_no::varchar
    and (
        len($allowed_orgs::varchar[]) = 0
        or len(list_filter($allowed_orgs::varchar[], lambda c: starts_with(org_no, c))) > 0
    );
