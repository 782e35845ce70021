-- Metering points with their faults, one row per record read.
create or replace table staging.typed_meter_point as
with bared as (
    select
        file_no,
        line,
        unit,
        id_of(mp_id) as mp_id,
        id_of(cons_id) as cons_id,
        bare(cons_no) as cons_no,
        id_of(tg_id) as tg_id,
        id_of(line_id) as line_id
    from text_c_mp
)

select
    file_no,
    line,
    null::bigint as amount,
    mp_id,
    cons_id,
    cons_no,
    tg_id,
    line_id,
    key_of(coalesce(mp_id, concat_ws('|', 'x', cons_id, cons_no, tg_id, line_id))) as id_key,
    check_of(coalesce(mp_id, concat_ws('|', 'x', cons_id, cons_no, tg_id, line_id))) as id_check,
    false as by_content,
    case
        when cons_no is null and cons_id is null then 'CONS_NO:missing'
        when is_scientific(coalesce(cons_no, cons_id)) then 'CONS_NO:scientific'
        when is_worded(cons_no) then 'CONS_NO:words'
        when is_scientific(tg_id) then 'TG_ID:scientific'
    end as bad
from bared;
