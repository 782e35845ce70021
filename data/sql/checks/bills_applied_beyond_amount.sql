-- Bills with more applied than billed, one row per bill.
select
    bill_key,
    bill_no,
    amount,
    billed,
    collected
from fct_bill
where is_billed and amount > 0 and collected > amount
order by bill_key
