-- Bills whose received amount in the extract is not the sum of their receipts, one row per bill.
select
    bill_key,
    bill_no,
    rcvbl_ym,
    amount,
    received_by_extract,
    received
from fct_bill
where received_by_extract <> coalesce(received, 0)
order by bill_key
