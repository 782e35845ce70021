-- The receipts that came, with their bill and day, one row each.
create or replace temp table came_receipt as
select * from work_receipt;

drop view temp.main.work_receipt;

-- Bills of every household month in which a receipt came or gave way, one row per bill_key.
create or replace temp table touched_bill as
with named as (
    select bill_key from came_receipt
    union
    select bill_key from replaced
),

pairs as (
    select distinct
        bill.cons_key,
        bill.rcvbl_ym,
        bill.bill_year
    from snap.main.fct_bill_row as bill
    semi join named on bill.bill_key = named.bill_key
)

select
    bill.bill_key,
    bill.cons_key,
    bill.rcvbl_ym,
    bill.bill_year
from snap.main.fct_bill_row as bill
inner join pairs using (cons_key, rcvbl_ym, bill_year);
