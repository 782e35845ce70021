-- What is kept of ARC_E_CONS_SNAP where no file of it came: no rows, of the columns that its file in `typed` gives.
create or replace table staging.stg_billing_snapshot (
    calc_id bigint, cons_sort varchar, elec_type varchar, trade_code varchar, volt varchar, file_no integer,
    line bigint
);
