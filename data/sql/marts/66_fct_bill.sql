-- Numbers on receipts that no bill bears.
create or replace temp table work_unmatched as
select bill_key
from fct_bill_row
where cons_key is null;

delete from fct_bill_row
where cons_key is null;

-- Bills, one row each; a number that is its key's own digits is not kept twice.
create or replace view fct_bill as
select
    * exclude (other_no, has_number),
    if(has_number, coalesce(other_no, bill_key::varchar), null) as bill_no
from fct_bill_row;
