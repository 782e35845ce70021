-- Supply units with their faults, one row per record read.
create or replace table staging.typed_org as
with bared as (
    select
        file_no,
        line,
        unit,
        bare(org_no) as org_no,
        bare(org_name) as org_name,
        bare(p_org_no) as p_org_no,
        bare(org_type) as org_type
    from text_o_org
)

select
    file_no,
    line,
    null::bigint as amount,
    org_no,
    org_name,
    p_org_no as parent_no,
    org_type,
    key_of(org_no) as id_key,
    check_of(org_no) as id_check,
    false as by_content,
    case
        when org_no is null then 'ORG_NO:missing'
        when is_scientific(org_no) then 'ORG_NO:scientific'
    end as bad
from bared;
