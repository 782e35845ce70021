-- Lines with their faults, one row per record read.
create or replace table staging.typed_line as
with bared as (
    select
        file_no,
        line,
        unit,
        id_of(line_id) as line_id,
        bare(line_no) as line_no,
        bare(line_name) as line_name
    from text_g_line
)

select
    file_no,
    line,
    null::bigint as amount,
    line_id,
    line_no,
    line_name,
    key_of(line_id) as id_key,
    check_of(line_id) as id_check,
    false as by_content,
    case
        when line_id is null then 'LINE_ID:missing'
        when is_scientific(line_id) then 'LINE_ID:scientific'
    end as bad
from bared;
