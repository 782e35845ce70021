-- Receipt lines booked in another month (RCVED_YM) than their day's, one row per receipt_key.
create or replace table fct_booked as
select
    stg_receipt.receipt_key,
    stg_receipt.rcved_ym
from stg_receipt
where
    stg_receipt.rcved_ym is not null
    and stg_receipt.received_on is not null
    and stg_receipt.rcved_ym <> year(stg_receipt.received_on) * 100 + month(stg_receipt.received_on);

-- Bills that the extract marks as not to be seen, one row per bill_key.
create or replace table fct_invisible as
select bill_key
from stg_bill
where invisible;
