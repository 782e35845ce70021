-- Meter-reading sections with their faults, one row per record read.
create or replace table staging.typed_reading_section as
with bared as (
    select
        file_no,
        line,
        unit,
        bare(mr_sect_no) as mr_sect_no,
        bare(org_no) as org_no,
        bare(sect_name) as sect_name
    from text_r_sect
)

select
    file_no,
    line,
    null::bigint as amount,
    mr_sect_no as sect_no,
    org_no,
    sect_name,
    key_of(mr_sect_no) as id_key,
    check_of(mr_sect_no) as id_check,
    false as by_content,
    case
        when mr_sect_no is null then 'MR_SECT_NO:missing'
        when is_scientific(mr_sect_no) then 'MR_SECT_NO:scientific'
    end as bad
from bared;
