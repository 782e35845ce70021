-- Transformer areas with coordinates where a file gives them, one row per tg_id.
create or replace table stg_area as
select
    area.tg_id,
    area.org_no,
    area.tg_no,
    area.tg_name,
    area.capacity,
    area.address,
    area.is_private,
    area.run_status,
    place.lon,
    place.lat,
    area.file_no,
    area.line
from staging.kept_area as area
left join staging.kept_coordinates as place on area.tg_no = place.tg_no;
