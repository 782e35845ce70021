-- Coordinates of transformer areas with their faults, one row per record read.
create or replace table staging.typed_coordinates as
with bared as (
    select
        file_no,
        line,
        unit,
        bare(tg_no) as tg_no,
        bare(lon) as lon,
        bare(lat) as lat
    from text_tg_coord
)

select
    file_no,
    line,
    null::bigint as amount,
    tg_no,
    number_of(lon) as lon,
    number_of(lat) as lat,
    key_of(tg_no) as id_key,
    check_of(tg_no) as id_check,
    false as by_content,
    case
        when tg_no is null then 'TG_NO:missing'
        when is_scientific(tg_no) then 'TG_NO:scientific'
        when coalesce(number_of(lon) not between -180 and 180, true) then 'LON:not_a_number'
        when coalesce(number_of(lat) not between -90 and 90, true) then 'LAT:not_a_number'
    end as bad
from bared;
