-- How many receipts of former files a payment which came sets off, or gives a day, otherwise than before, one row. They are
-- looked up by the payment's number as text.
with former as (
    select
        bare(charge_id) as charge_id,
        rcved_date
    from staging.text_a_rcved_flow
),

known as (
    select
        key_of(former.charge_id) as charge_key,
        former.rcved_date
    from former
    semi join number_payment on former.charge_id = number_payment.charge_id
)

select count(*) as receipts
from known
inner join changed_payment on known.charge_key = changed_payment.charge_key
where changed_payment.sets_off_otherwise or day_of(known.rcved_date) is null;
