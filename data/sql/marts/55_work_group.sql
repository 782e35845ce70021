-- Bill numbers that occur on several receipts, one row each. Of 64 neighbouring numbers a bit each tells which occur, and
-- which an odd number of times: what occurs and is not odd is all there is, if so many receipts are beyond one of each;
-- else one occurs three times or more, and all numbers of the block are counted.
create or replace temp table work_several as
with blocks as (
    select
        bill_key >> 6 as block,
        bit_or(1::ubigint << (bill_key & 63)::ubigint) as present,
        bit_xor(1::ubigint << (bill_key & 63)::ubigint) as odd,
        count(*) as receipts
    from work_receipt
    where bill_key is not null
    group by bill_key >> 6
    having bit_count(present) < count(*)
),

crowded as (
    select
        block,
        if(bit_count(present & ~odd) = receipts - bit_count(present), present & ~odd, present) as several
    from blocks
)

select receipt.bill_key
from work_receipt as receipt
inner join crowded on receipt.bill_key >> 6 = crowded.block
where (crowded.several >> (receipt.bill_key & 63)::ubigint) & 1 = 1
group by receipt.bill_key
having count(*) > 1;

-- What a bill received in all, one row per bill number that occurs on a receipt; most bills have one plain receipt.
create or replace temp table work_group as
select
    receipt.bill_key,
    1::integer as receipts,
    receipt.amount as received,
    receipt.received_on,
    receipt.receipt_key,
    receipt.received_filled,
    receipt.is_set_off
from work_receipt as receipt
anti join work_several on receipt.bill_key = work_several.bill_key
where receipt.bill_key is not null
union all
select
    receipt.bill_key,
    count(*)::integer as receipts,
    sum(receipt.amount)::bigint as received,
    min(receipt.received_on) as received_on,
    min(receipt.receipt_key) as receipt_key,
    bool_or(receipt.received_filled) as received_filled,
    bool_or(receipt.is_set_off) as is_set_off
from work_receipt as receipt
semi join work_several on receipt.bill_key = work_several.bill_key
group by receipt.bill_key;

-- The first supply cut after a bill's due date, one row per bill that had one.
create or replace temp table work_cut as
select
    work_bill.bill_key,
    min(stg_outage.cut_on) as cut_on
from work_bill
inner join work_customer on work_bill.cons_key = work_customer.cons_key
inner join stg_outage on work_customer.cons_no = stg_outage.cons_no
where stg_outage.cut_on > work_bill.due_on
group by work_bill.bill_key;

-- Household months of several bills, one row per (cons_key, rcvbl_ym, bill_year): looked for among customers with more
-- bills than months.
create or replace temp table work_pair as
with several as (
    select cons_key
    from work_bill
    where is_billed
    group by cons_key
    having bit_count(bit_or(1::ubigint << ((rcvbl_ym // 100 * 12 + rcvbl_ym % 100) & 63)::ubigint)) < count(*)
)

select
    bill.cons_key,
    bill.rcvbl_ym,
    bill.bill_year
from work_bill as bill
semi join several on bill.cons_key = several.cons_key
where bill.is_billed
group by bill.cons_key, bill.rcvbl_ym, bill.bill_year
having count(*) > 1;
