-- Which collection section a customer is in to build on: no faults, no duplicates.
create or replace table staging.kept_section_customer as
select
    typed.section_no,
    typed.cons_no,
    typed.file_no,
    typed.line
from staging.typed_section_customer as typed
anti join dropped
    on typed.file_no = dropped.file_no and typed.line = dropped.line and typed.id_key = dropped.id_key
where typed.bad is null;
