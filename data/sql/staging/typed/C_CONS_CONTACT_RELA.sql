-- Which contact is a customer's, with faults, one row per record read.
create or replace table staging.typed_contact_customer as
with bared as (
    select
        file_no,
        line,
        id_of(cons_id) as cons_id,
        id_of(contact_id) as contact_id
    from text_c_cons_contact_rela
)

select
    file_no,
    line,
    null::bigint as amount,
    cons_id,
    contact_id,
    key_of(concat_ws('|', 'x', cons_id, contact_id)) as id_key,
    check_of(concat_ws('|', 'x', cons_id, contact_id)) as id_check,
    false as by_content,
    case
        when cons_id is null then 'CONS_ID:missing'
        when is_scientific(cons_id) then 'CONS_ID:scientific'
        when contact_id is null then 'CONTACT_ID:missing'
        when is_scientific(contact_id) then 'CONTACT_ID:scientific'
    end as bad
from bared;
