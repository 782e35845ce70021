-- What is kept of A_RCVBL_FLOW where no file of it came: no rows, of the columns that its file in `typed` gives.
create or replace table staging.stg_bill (
    bill_key bigint, other_no varchar, has_number boolean, cons_no varchar, org_no varchar, rcvbl_ym integer,
    amt_type varchar, pay_mode varchar, kwh double, amount bigint, received_by_extract bigint,
    settle_flag varchar, penalty_from date, released_on date, invisible boolean, calc_id bigint,
    cons_sort varchar, elec_type varchar, extract_on date, file_no integer, line bigint
);
