-- What is kept of A_PREPAY_FLOW where no file of it came: no rows, of the columns that its file in `typed` gives.
create or replace table stg_prepay_flow (
    prepay_key bigint, cons_no varchar, prepay_ym integer, amount bigint, file_no integer, line bigint
);
