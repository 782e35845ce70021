-- What is kept of A_GP_PLAN where no file of it came: no rows, of the columns that its file in `typed` gives.
create or replace table stg_instalment (
    cons_no varchar, rcvbl_ym integer, amount bigint, due_on date, file_no integer, line bigint
);
