-- What is kept of A_BAD_DEBT where no file of it came: no rows, of the columns that its file in `typed` gives.
create or replace table stg_bad_debt (
    bill_key bigint, cons_no varchar, owed bigint, approved_on date, cancelled_on date, file_no integer,
    line bigint
);
