-- Full name, address and phone of one customer, one row: for those who may see them, after it is recorded.
select
    name,
    address,
    mobile
from dim_customer
where
    cons_no = $cons_no::varchar
    and (
        len($allowed_orgs::varchar[]) = 0
        or len(list_filter($allowed_orgs::varchar[], lambda c: starts_with(org_no, c))) > 0
    );
