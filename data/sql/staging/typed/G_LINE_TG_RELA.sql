-- Which line feeds an area, with faults, one row per record read.
create or replace table staging.typed_line_area as
with bared as (
    select
        file_no,
        line,
        id_of(tg_id) as tg_id,
        id_of(line_id) as line_id,
        bare(rela_flag) as rela_flag
    from text_g_line_tg_rela
)

select
    file_no,
    line,
    null::bigint as amount,
    tg_id,
    line_id,
    coalesce(is_yes(rela_flag), true) as is_current,
    key_of(concat_ws('|', 'x', tg_id, line_id)) as id_key,
    check_of(concat_ws('|', 'x', tg_id, line_id)) as id_check,
    false as by_content,
    case
        when tg_id is null then 'TG_ID:missing'
        when is_scientific(tg_id) then 'TG_ID:scientific'
        when line_id is null then 'LINE_ID:missing'
        when is_scientific(line_id) then 'LINE_ID:scientific'
        when is_bad_flag(rela_flag) then 'RELA_FLAG:not_yes_or_no'
    end as bad
from bared;
