-- Prepaid control to build on: no faults, no duplicates.
create or replace table stg_prepaid_control as
select
    typed.cons_no,
    typed.is_prepaid,
    typed.file_no,
    typed.line
from staging.typed_prepaid_control as typed
anti join dropped
    on typed.file_no = dropped.file_no and typed.line = dropped.line and typed.id_key = dropped.id_key
where typed.bad is null;
