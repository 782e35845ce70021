-- How many payments of former files say more than their own sum, one row: set-offs of receipts that came or of before, and
-- those that such a receipt has its day from.
select count(*) as payments
from former_payment
where
    length(type_code) = 2 and starts_with(type_code, '3')
    or charge_key in (select stg_receipt.charge_key from stg_receipt where stg_receipt.received_on is null);
