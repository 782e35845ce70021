-- The same as received_sizes.sql of the bills that one load brings, or brings receipts of, one row per bill month.
with of_load as (
    select stg_bill.bill_key
    from stg_bill
    inner join meta_file as file on stg_bill.file_no = file.file_no
    where file.load_id = $load
    union all
    select fct_receipt.bill_key
    from stg_receipt
    inner join meta_file as file on stg_receipt.file_no = file.file_no
    inner join fct_receipt on stg_receipt.receipt_key = fct_receipt.receipt_key
    where file.load_id = $load and fct_receipt.bill_key is not null
),

received as (
    select
        rcvbl_ym as month,
        amount,
        received,
        received >= $times * amount or received * $times <= amount as is_odd
    from fct_bill
    where
        receipts > 0 and is_billed and amount > 0
        and bill_key in (select of_load.bill_key from of_load)
)

select
    month,
    count(*) as bills,
    count(*) filter (where is_odd) as odd,
    coalesce(sum(amount) filter (where is_odd), 0)::bigint as billed,
    coalesce(sum(received) filter (where is_odd), 0)::bigint as received
from received
group by month
order by month
