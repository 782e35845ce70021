-- Receipts dated before their bill was issued, one row per receipt line.
select
    receipt.receipt_key,
    customer.cons_no,
    receipt.rcvbl_ym,
    receipt.received_on,
    receipt.issued_on,
    receipt.amount
from fct_receipt as receipt
left join dim_customer as customer on receipt.cons_key = customer.cons_key
where receipt.received_on < receipt.issued_on
order by receipt.receipt_key
