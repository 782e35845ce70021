-- Receipts without a bill's number, one row each: to the bill of the pair, by equal amount first, else to the largest.
create or replace temp table work_unnumbered as
with receipts as (
    select
        receipt_key,
        cons_no,
        rcvbl_ym,
        amount,
        row_number() over (
            partition by cons_no, rcvbl_ym, amount
            order by coalesce(received_on, last_day(make_date(rcved_ym // 100, rcved_ym % 100, 1))), receipt_key
        ) as nth
    from stg_receipt
    where bill_key is null and rcvbl_ym is not null
),

bills as (
    select
        bill_key,
        cons_no,
        rcvbl_ym,
        amount,
        row_number() over (partition by cons_no, rcvbl_ym, amount order by bill_key) as nth,
        row_number() over (partition by cons_no, rcvbl_ym order by amount desc, bill_key asc) as size_rank
    from stg_bill
    where exists (select 1 from receipts)
)

select
    receipts.receipt_key,
    coalesce(same.bill_key, largest.bill_key) as bill_key
from receipts
left join bills as same using (cons_no, rcvbl_ym, amount, nth)
left join bills as largest
    on
        receipts.cons_no = largest.cons_no
        and receipts.rcvbl_ym = largest.rcvbl_ym
        and largest.size_rank = 1;
