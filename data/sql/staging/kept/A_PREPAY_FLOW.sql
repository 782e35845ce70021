-- Prepayments and set-offs to build on: no faults, no duplicates.
create or replace table stg_prepay_flow as
select
    coalesce(repeated.new_key, typed.id_key) as prepay_key,
    typed.cons_no,
    typed.prepay_ym,
    typed.amount,
    typed.file_no,
    typed.line
from staging.typed_prepay_flow as typed
anti join dropped
    on typed.file_no = dropped.file_no and typed.line = dropped.line and typed.id_key = dropped.id_key
left join repeated
    on typed.file_no = repeated.file_no and typed.line = repeated.line and typed.id_key = repeated.id_key
where typed.bad is null;
