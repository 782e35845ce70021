-- Customers cut off to build on: no faults, no duplicates.
create or replace table stg_outage as
select
    typed.cons_no,
    typed.cut_on,
    typed.file_no,
    typed.line
from staging.typed_outage as typed
anti join dropped
    on typed.file_no = dropped.file_no and typed.line = dropped.line and typed.id_key = dropped.id_key
where typed.bad is null;
