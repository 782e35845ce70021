-- How many payments of former files change what came or are changed by it, one row: of the same number, set-offs of
-- receipts that came, and those that such a receipt has its day from. They are looked up by their numbers as text.
with former as (
    select
        bare(charge_id) as charge_id,
        type_code
    from staging.text_a_pay_flow
),

known as (
    select
        key_of(former.charge_id) as charge_key,
        bare(former.type_code) as type_code
    from former
    semi join came_charge on former.charge_id = came_charge.charge_id
)

select count(*) as payments
from known
where
    charge_key in (select stg_payment.charge_key from stg_payment)
    or length(type_code) = 2 and starts_with(type_code, '3')
    or charge_key in (select stg_receipt.charge_key from stg_receipt where stg_receipt.received_on is null);
