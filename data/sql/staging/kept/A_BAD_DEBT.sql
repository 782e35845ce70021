-- Bad debts to build on: no faults, no duplicates.
create or replace table stg_bad_debt as
select
    typed.bill_key,
    typed.cons_no,
    typed.owed,
    typed.approved_on,
    typed.cancelled_on,
    typed.file_no,
    typed.line
from staging.typed_bad_debt as typed
anti join dropped
    on typed.file_no = dropped.file_no and typed.line = dropped.line and typed.id_key = dropped.id_key
where typed.bad is null;
