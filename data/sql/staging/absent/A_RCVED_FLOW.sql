-- What is kept of A_RCVED_FLOW where no file of it came: no rows, of the columns that its file in `typed` gives.
create or replace table staging.stg_receipt (
    receipt_key bigint, bill_key bigint, charge_key bigint, cons_no varchar, org_no varchar, rcved_ym integer,
    received_on date, amount bigint, rcvbl_ym integer, file_no integer, line bigint
);
