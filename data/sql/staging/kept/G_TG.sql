-- Transformer areas to build on: no faults, no duplicates.
create or replace table staging.kept_area as
select
    typed.tg_id,
    typed.org_no,
    typed.tg_no,
    typed.tg_name,
    typed.capacity,
    typed.address,
    typed.is_private,
    typed.run_status,
    typed.file_no,
    typed.line
from staging.typed_area as typed
anti join dropped
    on typed.file_no = dropped.file_no and typed.line = dropped.line and typed.id_key = dropped.id_key
where typed.bad is null;
