-- Customer numbers of the customer file and of the bills, one row each, in order.
select
    cons_no,
    org_no
from dim_customer
where exists_in_extract or first_issued_on is not null
order by cons_no;
