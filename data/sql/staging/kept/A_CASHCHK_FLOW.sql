-- Money in transit to build on: no faults, no duplicates.
create or replace table stg_in_transit as
select
    coalesce(repeated.new_key, typed.id_key) as transit_key,
    typed.bill_key,
    typed.cons_no,
    typed.amount,
    typed.checked_on,
    typed.disposed_on,
    typed.file_no,
    typed.line
from staging.typed_in_transit as typed
anti join dropped
    on typed.file_no = dropped.file_no and typed.line = dropped.line and typed.id_key = dropped.id_key
left join repeated
    on typed.file_no = repeated.file_no and typed.line = repeated.line and typed.id_key = repeated.id_key
where typed.bad is null;
