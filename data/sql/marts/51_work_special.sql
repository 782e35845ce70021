-- Receipts whose bill, day or kind is not on the row itself, one row per such receipt; type 3x payments are set-offs.
create or replace temp table work_special as
with transfers as (
    select charge_key
    from stg_payment
    where starts_with(type_code, '3') and length(type_code) = 2 and charge_key is not null
),

marked as (
    select
        receipt_key,
        bill_key,
        received_on,
        coalesce(charge_key in (select transfers.charge_key from transfers), false) as is_set_off
    from stg_receipt
)

select
    marked.receipt_key,
    work_unnumbered.bill_key,
    work_undated.received_on,
    marked.is_set_off
from marked
left join work_unnumbered on marked.receipt_key = work_unnumbered.receipt_key
left join work_undated on marked.receipt_key = work_undated.receipt_key
where marked.bill_key is null or marked.received_on is null or marked.is_set_off;

-- The receipt that RCVED_AMT stands for where no load brought a receipts table, one row per bill with money on it.
create or replace temp table work_stand_in as
select
    -1 - bill_key as receipt_key,
    bill_key,
    cons_no,
    extract_on as received_on,
    received_by_extract as amount
from stg_bill
where
    received_by_extract <> 0
    and not exists (select 1 from stg_receipt)
    and not exists (select 1 from meta_file where table_name like '%A_RCVED_FLOW');

create or replace temp view work_receipt as
select
    stg_receipt.receipt_key,
    coalesce(stg_receipt.bill_key, work_special.bill_key) as bill_key,
    stg_receipt.cons_no,
    coalesce(stg_receipt.received_on, work_special.received_on) as received_on,
    stg_receipt.received_on is null as received_filled,
    coalesce(work_special.is_set_off, false) as is_set_off,
    stg_receipt.amount
from stg_receipt
left join work_special on stg_receipt.receipt_key = work_special.receipt_key
union all by name
select
    *,
    true as received_filled,
    false as is_set_off
from work_stand_in;
