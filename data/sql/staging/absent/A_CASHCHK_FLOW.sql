-- What is kept of A_CASHCHK_FLOW where no file of it came: no rows, of the columns that its file in `typed` gives.
create or replace table stg_in_transit (
    transit_key bigint, bill_key bigint, cons_no varchar, amount bigint, checked_on date, disposed_on date,
    file_no integer, line bigint
);
