-- Contacts with their faults, one row per record read: of a customer, or, by its id, of those that a relation names.
create or replace table staging.typed_contact as
with bared as (
    select
        file_no,
        line,
        id_of(contact_id) as contact_id,
        id_of(cons_id) as cons_id,
        bare(cons_no) as cons_no,
        bare(mobile) as mobile,
        bare(contact_mode) as contact_mode,
        bare(contact_prio) as contact_prio,
        bare(office_tel) as office_tel,
        bare(homephone) as homephone
    from text_c_contact
),

named as (
    select
        *,
        if(
            contact_id is null, coalesce(cons_no, cons_id), concat_ws('|', 'x', contact_id, cons_no, cons_id)
        ) as identity
    from bared
)

select
    file_no,
    line,
    null::bigint as amount,
    contact_id,
    cons_id,
    cons_no,
    mobile,
    contact_mode,
    number_of(contact_prio) as contact_prio,
    office_tel,
    homephone,
    key_of(identity) as id_key,
    check_of(identity) as id_check,
    false as by_content,
    case
        when identity is null then 'CONS_NO:missing'
        when is_scientific(coalesce(cons_no, cons_id)) then 'CONS_NO:scientific'
        when is_worded(cons_no) then 'CONS_NO:words'
        when is_scientific(contact_id) then 'CONTACT_ID:scientific'
    end as bad
from named;
