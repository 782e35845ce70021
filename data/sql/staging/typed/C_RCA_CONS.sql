-- Prepaid control with their faults, one row per record read.
create or replace table staging.typed_prepaid_control as
with bared as (
    select
        file_no,
        line,
        unit,
        bare(cons_no) as cons_no,
        bare(rca_flag) as rca_flag
    from text_c_rca_cons
)

select
    file_no,
    line,
    null::bigint as amount,
    cons_no,
    coalesce(is_yes(rca_flag), false) as is_prepaid,
    key_of(cons_no) as id_key,
    check_of(cons_no) as id_check,
    false as by_content,
    case
        when cons_no is null then 'CONS_NO:missing'
        when is_scientific(cons_no) then 'CONS_NO:scientific'
        when is_worded(cons_no) then 'CONS_NO:words'
        when is_bad_flag(rca_flag) then 'RCA_FLAG:not_yes_or_no'
    end as bad
from bared;
