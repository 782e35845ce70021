-- Lines to build on: no faults, no duplicates.
create or replace table stg_line as
select
    typed.line_id,
    typed.line_no,
    typed.line_name,
    typed.file_no,
    typed.line
from staging.typed_line as typed
anti join dropped
    on typed.file_no = dropped.file_no and typed.line = dropped.line and typed.id_key = dropped.id_key
where typed.bad is null;
