-- What is kept of C_RCA_CONS where no file of it came: no rows, of the columns that its file in `typed` gives.
create or replace table stg_prepaid_control (
    cons_no varchar, is_prepaid boolean, file_no integer, line bigint
);
