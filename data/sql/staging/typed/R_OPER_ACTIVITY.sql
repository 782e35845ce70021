-- Who does what in a meter-reading section with their faults, one row per record read.
create or replace table staging.typed_section_activity as
with bared as (
    select
        file_no,
        line,
        unit,
        bare(mr_sect_no) as mr_sect_no,
        bare(act_code) as act_code,
        bare(emp_no) as emp_no,
        bare(effect_flag) as effect_flag
    from text_r_oper_activity
)

select
    file_no,
    line,
    null::bigint as amount,
    mr_sect_no as sect_no,
    act_code,
    emp_no,
    coalesce(is_yes(effect_flag), true) as is_in_force,
    key_of(concat_ws('|', 'x', mr_sect_no, act_code, if(effect_flag is null, null, emp_no))) as id_key,
    check_of(concat_ws('|', 'x', mr_sect_no, act_code, if(effect_flag is null, null, emp_no))) as id_check,
    false as by_content,
    case
        when mr_sect_no is null then 'MR_SECT_NO:missing'
        when is_scientific(mr_sect_no) then 'MR_SECT_NO:scientific'
        when is_bad_flag(effect_flag) then 'EFFECT_FLAG:not_yes_or_no'
    end as bad
from bared;
