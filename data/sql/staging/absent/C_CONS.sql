-- What is kept of C_CONS where no file of it came: no rows, of the columns that its file in `typed` gives.
create or replace table staging.kept_customer (
    cons_id varchar, cons_no varchar, cust_id varchar, name varchar, address varchar, mobile varchar,
    org_no varchar, cons_sort varchar, elec_type varchar, trade_code varchar, hec_code varchar, volt varchar,
    contract_cap double, run_cap double, shift_no varchar, load_attr varchar, built_on date,
    cancelled_on date, notify_mode varchar, settle_mode varchar, status_code varchar, sect_no varchar,
    importance varchar, poweroff_code varchar, temporary varchar, urban_rural varchar, file_no integer,
    line bigint
);
