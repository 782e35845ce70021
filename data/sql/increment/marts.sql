-- What is said of touched bills gives way to what was made of them now, one row as in each table; new receipts come in.
delete from fct_bill_row
where bill_key in (select touched_bill.bill_key from touched_bill);

insert into fct_bill_row by name
select * from part.main.fct_bill_row;

delete from fct_receipt_line
where
    bill_key in (select touched_bill.bill_key from touched_bill)
    or receipt_key in (select replaced.receipt_key from replaced);

insert into fct_receipt_line by name
select * from part.main.fct_receipt_line;

delete from fct_written_off
where bill_key in (select touched_bill.bill_key from touched_bill);

insert into fct_written_off by name
select * from part.main.fct_written_off;

delete from fct_balance_short
where bill_key in (select touched_bill.bill_key from touched_bill);

insert into fct_balance_short by name
select * from part.main.fct_balance_short;

delete from fct_balance_long
where bill_key in (select touched_bill.bill_key from touched_bill);

insert into fct_balance_long by name
select * from part.main.fct_balance_long;

delete from fct_household_event
using touched_bill
where
    fct_household_event.cons_key = touched_bill.cons_key
    and fct_household_event.rcvbl_ym = touched_bill.rcvbl_ym
    and fct_household_event.bill_year = touched_bill.bill_year;

insert into fct_household_event by name
select * from part.main.fct_household_event;

delete from fct_booked
where receipt_key in (select replaced.receipt_key from replaced);

insert into fct_booked by name
select * from part.main.fct_booked;

-- When customers first and last paid by a bill's only receipt, one row per cons_key.
create or replace temp table paid as
select
    bill.cons_key,
    min(bill.effective_on) filter (where bill.received > 0) as first_paid_on,
    max(bill.effective_on) filter (where bill.received > 0) as last_paid_on
from fct_bill_row as bill
where bill.cons_key in (select touched_bill.cons_key from touched_bill)
group by bill.cons_key;

update dim_customer
set first_paid_on = paid.first_paid_on, last_paid_on = paid.last_paid_on
from paid
where
    dim_customer.cons_key = paid.cons_key
    and (
        dim_customer.first_paid_on is distinct from paid.first_paid_on
        or dim_customer.last_paid_on is distinct from paid.last_paid_on
    );
