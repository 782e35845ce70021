-- The bill of receipts without its number, one row each: of equal amount first, else the largest that may be meant.
create or replace temp table work_unnumbered as
with receipts as (
    select
        receipt_key,
        (by_calculation, cons_no, rcvbl_ym, calc_id, is_of_another, amt_type) as said,
        amount,
        row_number() over (
            partition by by_calculation, cons_no, rcvbl_ym, calc_id, is_of_another, amt_type, amount
            order by on_day, receipt_key
        ) as nth
    from work_loose
)

select
    receipts.receipt_key,
    coalesce(same.bill_key, largest.bill_key) as bill_key,
    largest.bills,
    coalesce(same.of_amount = 1, false) as is_told
from receipts
left join work_candidate as same
    on receipts.said = same.said and receipts.amount = same.amount and receipts.nth = same.nth
left join work_candidate as largest on receipts.said = largest.said and largest.size_rank = 1;

-- Receipts that several bills may be meant by, one row per receipt_key: which of them stands is a rule's choice, unless
-- their amount tells (only one of the bills is of it).
create or replace table fct_of_several as
select
    receipt_key,
    bills,
    is_told
from work_unnumbered
where bills > 1;
