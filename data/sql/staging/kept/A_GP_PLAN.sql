-- Instalment plans to build on: no faults, no duplicates.
create or replace table stg_instalment as
select
    typed.cons_no,
    typed.rcvbl_ym,
    typed.amount,
    typed.due_on,
    typed.file_no,
    typed.line
from staging.typed_instalment as typed
anti join dropped
    on typed.file_no = dropped.file_no and typed.line = dropped.line and typed.id_key = dropped.id_key
where typed.bad is null;
