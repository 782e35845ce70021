-- Payments of former files of the numbers that came, one row each.
create or replace temp table former_payment as
with former as (
    select
        file_no,
        bare(charge_id) as charge_id,
        type_code
    from staging.text_a_pay_flow
)

select
    former.file_no,
    key_of(former.charge_id) as charge_key,
    bare(former.type_code) as type_code
from former
semi join number_payment on former.charge_id = number_payment.charge_id;
