-- Collection sections to build on: no faults, no duplicates.
create or replace table staging.kept_collection_section as
select
    typed.section_no,
    typed.org_no,
    typed.emp_no,
    typed.status_code,
    typed.file_no,
    typed.line
from staging.typed_collection_section as typed
anti join dropped
    on typed.file_no = dropped.file_no and typed.line = dropped.line and typed.id_key = dropped.id_key
where typed.bad is null;
