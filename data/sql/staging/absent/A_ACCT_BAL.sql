-- What is kept of A_ACCT_BAL where no file of it came: no rows, of the columns that its file in `typed` gives.
create or replace table stg_prepaid_balance (
    cons_no varchar, balance bigint, file_no integer, line bigint
);
