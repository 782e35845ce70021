-- Code lists with their faults, one row per record read.
create or replace table staging.typed_code as
with bared as (
    select
        file_no,
        line,
        unit,
        bare(prop_type_id) as prop_type_id,
        bare(prop_list_id) as prop_list_id,
        bare(prop_list_name) as prop_list_name
    from text_sa_prop_list
)

select
    file_no,
    line,
    null::bigint as amount,
    prop_type_id as list,
    prop_list_id as code,
    prop_list_name as name,
    key_of(concat_ws('|', 'x', prop_type_id, prop_list_id)) as id_key,
    check_of(concat_ws('|', 'x', prop_type_id, prop_list_id)) as id_check,
    false as by_content,
    case
        when prop_type_id is null then 'PROP_TYPE_ID:missing'
        when prop_list_id is null then 'PROP_LIST_ID:missing'
        when is_scientific(prop_list_id) then 'PROP_LIST_ID:scientific'
    end as bad
from bared;
