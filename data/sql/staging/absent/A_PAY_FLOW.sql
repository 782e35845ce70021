-- What is kept of A_PAY_FLOW where no file of it came: no rows, of the columns that its file in `typed` gives.
create or replace table staging.stg_payment (
    charge_key bigint, charged_on date, type_code varchar, amount bigint, file_no integer, line bigint
);
