-- Coordinates of transformer areas to build on: no faults, no duplicates.
create or replace table staging.kept_coordinates as
select
    typed.tg_no,
    typed.lon,
    typed.lat,
    typed.file_no,
    typed.line
from staging.typed_coordinates as typed
anti join dropped
    on typed.file_no = dropped.file_no and typed.line = dropped.line and typed.id_key = dropped.id_key
where typed.bad is null;
