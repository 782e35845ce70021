-- What the marts of the touched bills are made of, as it is called there: from the last snapshot, and what came.
create or replace temp view work_customer as
select
    cons_key,
    cons_no
from snap.main.dim_customer;

create or replace temp view work_segment as
select * from snap.main.dim_segment;

create or replace temp table work_bill as
select
    bill.bill_key,
    bill.cons_key,
    bill.rcvbl_ym,
    bill.bill_year,
    bill.issued_on,
    bill.issue_filled,
    bill.due_on,
    bill.due_filled,
    bill.amount,
    bill.is_billed,
    bill.is_owed,
    bill.written_off_on,
    bill.kwh,
    bill.other_no,
    bill.has_number,
    bill.amt_type,
    bill.settle_flag,
    bill.received_by_extract,
    segment.org_no,
    segment.class,
    segment.elec_type,
    segment.volt,
    segment.industry,
    segment.pay_mode,
    bill.class_is_todays,
    bill.industry_is_todays
from was.main.fct_bill_row as bill
left join snap.main.dim_segment as segment on bill.segment_key = segment.segment_key;

create or replace temp table work_receipt as
select * from came_receipt
union all by name
select
    receipt_key,
    bill_key,
    received_on,
    received_filled,
    is_set_off,
    amount
from was.main.fct_receipt
where receipt_key not in (select replaced.receipt_key from replaced);
