-- Written-off billed bills, one row each: from written_off_on on; `open` is what was never collected.
create or replace table fct_written_off as
select
    bill_key,
    cons_key,
    segment_key,
    rcvbl_ym,
    bill_year,
    is_owed,
    written_off_on,
    amount - collected as open
from fct_bill
where is_billed and written_off_on is not null;
