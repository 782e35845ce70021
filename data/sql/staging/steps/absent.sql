-- What is kept of a table of which no file came.
-- Written by `python -m tools.absent_tables`; do not edit.
create table staging.stg_bill (
    bill_key bigint, other_no varchar, has_number boolean, cons_no varchar, org_no varchar, rcvbl_ym integer,
    amt_type varchar, pay_mode varchar, kwh double, amount bigint, received_by_extract bigint,
    settle_flag varchar, penalty_from date, released_on date, invisible boolean, calc_id bigint,
    cons_sort varchar, elec_type varchar, extract_on date, file_no integer, line bigint
);
create table staging.stg_receipt (
    receipt_key bigint, bill_key bigint, charge_key bigint, cons_no varchar, org_no varchar, rcved_ym integer,
    received_on date, amount bigint, rcvbl_ym integer, calc_id bigint, amt_type varchar, file_no integer,
    line bigint
);
create table staging.stg_payment (
    charge_key bigint, charged_on date, type_code varchar
);
create table staging.stg_billing_snapshot (
    calc_id bigint, cons_sort varchar, elec_type varchar, trade_code varchar, volt varchar
);
create table staging.kept_customer (
    cons_id varchar, cons_no varchar, cust_id varchar, name varchar, address varchar, mobile varchar,
    org_no varchar, cons_sort varchar, elec_type varchar, trade_code varchar, hec_code varchar, volt varchar,
    contract_cap double, run_cap double, shift_no varchar, load_attr varchar, built_on date,
    cancelled_on date, notify_mode varchar, settle_mode varchar, status_code varchar, sect_no varchar,
    importance varchar, poweroff_code varchar, temporary varchar, urban_rural varchar, ctl_mode varchar,
    low_income boolean, file_no integer, line bigint
);
create table staging.kept_contact (
    contact_id varchar, cons_id varchar, cons_no varchar, mobile varchar, contact_mode varchar,
    contact_prio double, office_tel varchar, homephone varchar, file_no integer, line bigint
);
create table staging.kept_contact_customer (
    cons_id varchar, contact_id varchar, file_no integer, line bigint
);
create table staging.kept_meter_point (
    mp_id varchar, cons_id varchar, cons_no varchar, tg_id varchar, line_id varchar, file_no integer,
    line bigint
);
create table staging.kept_area (
    tg_id varchar, org_no varchar, tg_no varchar, tg_name varchar, capacity double, address varchar,
    is_private boolean, run_status varchar, file_no integer, line bigint
);
create table staging.kept_coordinates (
    tg_no varchar, lon double, lat double, file_no integer, line bigint
);
create table snap.stg_line (
    line_id varchar, line_no varchar, line_name varchar, file_no integer, line bigint
);
create table staging.kept_line_area (
    tg_id varchar, line_id varchar, is_current boolean, file_no integer, line bigint
);
create table snap.stg_org (
    org_no varchar, org_name varchar, parent_no varchar, org_type varchar, file_no integer, line bigint
);
create table snap.stg_employee (
    emp_no varchar, emp_name varchar, org_no varchar, file_no integer, line bigint
);
create table staging.kept_collection_section (
    section_no varchar, org_no varchar, emp_no varchar, status_code varchar, file_no integer, line bigint
);
create table staging.kept_section_customer (
    section_no varchar, cons_no varchar, file_no integer, line bigint
);
create table staging.stg_reading_section (
    sect_no varchar, org_no varchar, sect_name varchar, file_no integer, line bigint
);
create table staging.kept_section_activity (
    sect_no varchar, act_code varchar, emp_no varchar, is_in_force boolean, file_no integer, line bigint
);
create table snap.stg_violation (
    violation_key bigint, cons_no varchar, occurred_on date, kwh double, amount bigint, kind varchar,
    file_no integer, line bigint
);
create table staging.kept_prepaid_control (
    cons_no varchar, is_prepaid boolean, file_no integer, line bigint
);
create table snap.stg_outage (
    cons_no varchar, cut_on date, file_no integer, line bigint
);
create table snap.stg_bad_debt (
    bill_key bigint, cons_no varchar, owed bigint, approved_on date, cancelled_on date, file_no integer,
    line bigint
);
create table staging.kept_prepaid_balance (
    cons_no varchar, bal_type varchar, balance bigint, frozen bigint, checked bigint, transit_note bigint,
    file_no integer, line bigint
);
create table snap.stg_prepay_flow (
    prepay_key bigint, cons_no varchar, prepay_ym integer, bal_type varchar, amount bigint, file_no integer,
    line bigint
);
create table snap.stg_in_transit (
    transit_key bigint, bill_key bigint, cons_no varchar, amount bigint, checked_on date, disposed_on date,
    file_no integer, line bigint
);
create table snap.stg_instalment (
    cons_no varchar, rcvbl_ym integer, amount bigint, due_on date, file_no integer, line bigint
);
create table staging.kept_customer_fact (
    cons_no varchar, facts map (varchar, varchar), fact_on date, file_no integer, line bigint
);
create table snap.stg_code (
    list varchar, code varchar, name varchar, file_no integer, line bigint
);
