-- Receipts of one customer by $as_of with their part applied to a bill, one row per receipt line, newest first.
select
    fct_receipt.receipt_key,
    fct_receipt.bill_key,
    fct_bill.bill_no,
    fct_receipt.rcvbl_ym,
    fct_receipt.due_on,
    fct_receipt.received_on,
    fct_receipt.received_filled,
    fct_receipt.effective_on,
    fct_receipt.amount,
    fct_receipt.collected,
    fct_receipt.recovered_after,
    fct_receipt.excess,
    fct_receipt.is_set_off
from fct_receipt
left join fct_bill on fct_receipt.bill_key = fct_bill.bill_key
where fct_receipt.cons_key = $cons_key::integer and fct_receipt.effective_on <= $as_of::date
order by fct_receipt.received_on desc, fct_receipt.receipt_key desc;
