-- Bills below zero, one row per bill.
select
    bill.bill_key,
    bill.bill_no,
    customer.cons_no,
    bill.rcvbl_ym,
    bill.issued_on,
    bill.amount
from fct_bill as bill
left join dim_customer as customer on bill.cons_key = customer.cons_key
where bill.amount < 0
order by bill.bill_key
