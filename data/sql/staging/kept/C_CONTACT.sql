-- Contacts to build on: no faults, no duplicates.
create or replace table staging.kept_contact as
select
    typed.cons_id,
    typed.cons_no,
    typed.mobile,
    typed.file_no,
    typed.line
from staging.typed_contact as typed
anti join dropped
    on typed.file_no = dropped.file_no and typed.line = dropped.line and typed.id_key = dropped.id_key
where typed.bad is null;
