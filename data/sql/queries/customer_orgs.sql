-- The unit of each of $cons_nos that is known, one row per customer number.
select
    cons_no,
    org_no
from dim_customer
where list_contains($cons_nos::varchar[], cons_no) and org_no is not null;
