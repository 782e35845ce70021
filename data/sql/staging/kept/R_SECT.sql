-- Meter-reading sections to build on: no faults, no duplicates.
create or replace table staging.kept_reading_section as
select
    typed.sect_no,
    typed.org_no,
    typed.sect_name,
    typed.file_no,
    typed.line
from staging.typed_reading_section as typed
anti join dropped
    on typed.file_no = dropped.file_no and typed.line = dropped.line and typed.id_key = dropped.id_key
where typed.bad is null;
