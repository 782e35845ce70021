-- Receipts without a bill's number that several bills may be meant by, one row per receipt line.
select
    receipt.receipt_key,
    customer.cons_no,
    receipt.received_on,
    receipt.rcvbl_ym,
    receipt.amount,
    several.bills
from fct_of_several as several
inner join fct_receipt as receipt on several.receipt_key = receipt.receipt_key
left join dim_customer as customer on receipt.cons_key = customer.cons_key
order by receipt.receipt_key
