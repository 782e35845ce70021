-- Contacts with their faults, one row per record read.
create or replace table staging.typed_contact as
with bared as (
    select
        file_no,
        line,
        unit,
        bare(cons_id) as cons_id,
        bare(cons_no) as cons_no,
        bare(mobile) as mobile
    from text_c_contact
)

select
    file_no,
    line,
    null::bigint as amount,
    cons_id,
    cons_no,
    mobile,
    key_of(coalesce(cons_no, cons_id)) as id_key,
    check_of(coalesce(cons_no, cons_id)) as id_check,
    false as by_content,
    case
        when cons_no is null and cons_id is null then 'CONS_NO:missing'
        when is_scientific(coalesce(cons_no, cons_id)) then 'CONS_NO:scientific'
    end as bad
from bared;
