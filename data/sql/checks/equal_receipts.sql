-- Equal amounts received on one bill on one day, one row per bill, day and amount.
select
    bill_key,
    received_on,
    amount,
    count(*) as receipts
from fct_receipt
where bill_key is not null and amount <> 0 and bill_key in (select bill_key from fct_bill where receipts > 1)
group by bill_key, received_on, amount
having count(*) > 1
order by bill_key
