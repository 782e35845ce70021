-- Staff to build on: no faults, no duplicates.
create or replace table stg_employee as
select
    typed.emp_no,
    typed.emp_name,
    typed.org_no,
    typed.file_no,
    typed.line
from staging.typed_employee as typed
anti join dropped
    on typed.file_no = dropped.file_no and typed.line = dropped.line and typed.id_key = dropped.id_key
where typed.bad is null;
