-- Who is under prepaid control, one row per cons_no: as the table of it says, else by the customer's control mode
-- (01 local by fee, 02 local by quantity, 03 none, 04 central).
create or replace table stg_prepaid_control as
select
    cons_no,
    is_prepaid,
    file_no,
    line
from staging.kept_prepaid_control
union all
select
    customer.cons_no,
    customer.ctl_mode in ('01', '02', '04') as is_prepaid,
    customer.file_no,
    customer.line
from staging.kept_customer as customer
anti join staging.kept_prepaid_control as said on customer.cons_no = said.cons_no
where customer.ctl_mode is not null;
