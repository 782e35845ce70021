-- Equal amounts received on one bill on one day, one row per bill, day and amount. Bills with several receipts have them
-- as lines of their own.
with
equal as (
    select
        bill_key,
        received_on,
        amount,
        count(*) as receipts
    from fct_receipt_line
    where bill_key is not null and amount <> 0
    group by bill_key, received_on, amount
    having count(*) > 1
)

select
    equal.bill_key,
    bill.bill_no,
    customer.cons_no,
    equal.received_on,
    equal.amount,
    equal.receipts
from equal
inner join fct_bill as bill on equal.bill_key = bill.bill_key
left join dim_customer as customer on bill.cons_key = customer.cons_key
order by equal.bill_key
