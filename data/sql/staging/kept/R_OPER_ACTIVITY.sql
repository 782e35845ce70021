-- Who does what in a meter-reading section to build on: no faults, no duplicates.
create or replace table staging.kept_section_activity as
select
    typed.sect_no,
    typed.act_code,
    typed.emp_no,
    typed.file_no,
    typed.line
from staging.typed_section_activity as typed
anti join dropped
    on typed.file_no = dropped.file_no and typed.line = dropped.line and typed.id_key = dropped.id_key
where typed.bad is null;
