-- What the snapshot holds, one row.
create or replace table meta_facts as
select
    (select count(*) from fct_bill) as bills,
    (select count(*) from fct_receipt) as receipts,
    (select count(*) from dim_customer) as customers,
    (select min(issued_on) from fct_bill) as first_issue,
    (select max(issued_on) from fct_bill) as last_issue,
    (select min(rcvbl_ym) from fct_bill) as first_month,
    (select max(rcvbl_ym) from fct_bill) as last_month,
    (select min(received_on) from fct_receipt) as first_receipt,
    (select max(received_on) from fct_receipt) as last_receipt,
    (select count(*) from fct_bill where is_billed) as billed_bills,
    (select count(*) from fct_prepaid) as prepaid_customers,
    (select count(*) from fct_in_transit) as in_transit_items,
    (select count(*) from stg_prepaid_control where is_prepaid) as prepaid_control_customers,
    (select count(*) from stg_bad_debt) as bad_debts,
    (select count(*) from work_stand_in) as stand_in_receipts;
