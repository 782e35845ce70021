-- Metering points to build on: no faults, no duplicates.
create or replace table staging.kept_meter_point as
select
    typed.mp_id,
    typed.cons_id,
    typed.cons_no,
    typed.tg_id,
    typed.line_id,
    typed.file_no,
    typed.line
from staging.typed_meter_point as typed
anti join dropped
    on typed.file_no = dropped.file_no and typed.line = dropped.line and typed.id_key = dropped.id_key
where typed.bad is null;
