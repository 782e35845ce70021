-- Collection sections with their faults, one row per record read.
create or replace table staging.typed_collection_section as
with bared as (
    select
        file_no,
        line,
        unit,
        bare(remind_sect_no) as remind_sect_no,
        bare(org_no) as org_no,
        bare(emp_no) as emp_no,
        bare(status_code) as status_code
    from text_a_cr_sect
)

select
    file_no,
    line,
    null::bigint as amount,
    remind_sect_no as section_no,
    org_no,
    emp_no,
    status_code,
    key_of(remind_sect_no) as id_key,
    check_of(remind_sect_no) as id_check,
    false as by_content,
    case
        when remind_sect_no is null then 'REMIND_SECT_NO:missing'
        when is_scientific(remind_sect_no) then 'REMIND_SECT_NO:scientific'
    end as bad
from bared;
