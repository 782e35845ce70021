-- What the last snapshot says of the bills that are touched, table by table as there.
create or replace table was.main.fct_bill_row as
select bill.*
from snap.main.fct_bill_row as bill
semi join touched_bill on bill.bill_key = touched_bill.bill_key;

create or replace table was.main.fct_receipt_line as
select receipt.*
from snap.main.fct_receipt_line as receipt
semi join touched_bill on receipt.bill_key = touched_bill.bill_key;

create or replace table was.main.fct_written_off as
select written_off.*
from snap.main.fct_written_off as written_off
semi join touched_bill on written_off.bill_key = touched_bill.bill_key;

create or replace table was.main.fct_household_event as
select event.*
from snap.main.fct_household_event as event
semi join touched_bill
    on
        event.cons_key = touched_bill.cons_key
        and event.rcvbl_ym = touched_bill.rcvbl_ym
        and event.bill_year = touched_bill.bill_year;
