-- Which collection section a customer is in with their faults, one row per record read.
create or replace table staging.typed_section_customer as
with bared as (
    select
        file_no,
        line,
        unit,
        bare(remind_sect_no) as remind_sect_no,
        bare(cons_no) as cons_no
    from text_a_cr_rela
)

select
    file_no,
    line,
    null::bigint as amount,
    remind_sect_no as section_no,
    cons_no,
    key_of(cons_no) as id_key,
    check_of(cons_no) as id_check,
    false as by_content,
    case
        when cons_no is null then 'CONS_NO:missing'
        when is_scientific(cons_no) then 'CONS_NO:scientific'
        when is_worded(cons_no) then 'CONS_NO:words'
        when remind_sect_no is null then 'REMIND_SECT_NO:missing'
    end as bad
from bared;
