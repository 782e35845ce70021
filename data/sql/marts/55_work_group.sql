-- What a bill received in all, one row per bill number that occurs on a receipt; most bills have one plain receipt.
create or replace temp table work_group as
select
    bill_key,
    count(*)::integer as receipts,
    sum(amount)::bigint as received,
    min(received_on) as received_on,
    min(receipt_key) as receipt_key,
    bool_or(received_filled) as received_filled,
    bool_or(is_set_off) as is_set_off
from work_receipt
where bill_key is not null
group by bill_key;

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

-- Household months of several bills, one row per (cons_key, rcvbl_ym, bill_year).
create or replace temp table work_pair as
select
    cons_key,
    rcvbl_ym,
    bill_year
from work_bill
where is_billed
group by cons_key, rcvbl_ym, bill_year
having count(*) > 1;
