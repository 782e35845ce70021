-- Supply units to build on: no faults, no duplicates.
create or replace table stg_org as
select
    typed.org_no,
    typed.org_name,
    typed.parent_no,
    typed.org_type,
    typed.file_no,
    typed.line
from staging.typed_org as typed
anti join dropped
    on typed.file_no = dropped.file_no and typed.line = dropped.line and typed.id_key = dropped.id_key
where typed.bad is null;
