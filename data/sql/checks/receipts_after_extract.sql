-- Receipts dated after the last extract, in no figure until their day, one row per receipt line.
select
    receipt.receipt_key,
    customer.cons_no,
    receipt.received_on,
    receipt.rcvbl_ym,
    receipt.amount
from fct_receipt as receipt
left join dim_customer as customer on receipt.cons_key = customer.cons_key
where receipt.received_on > (select max(extract_on) from meta_file)
order by receipt.receipt_key
