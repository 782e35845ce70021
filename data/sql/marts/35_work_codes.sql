-- Types that hold each code once: joins and groups of bills then read small numbers, one value per code.
drop type if exists work_org;

create temp type work_org as enum (
    select coalesce(org_no, '-') as code from stg_bill
    union
    select org_no from work_customer
    union
    select '-'
    order by code
);

drop type if exists work_code;

create temp type work_code as enum (
    select '' as code
    union
    select pay_mode from stg_bill where pay_mode is not null
    union
    select cons_sort from stg_bill where cons_sort is not null
    union
    select elec_type from stg_bill where elec_type is not null
    union
    select unnest([coalesce(cons_sort, ''), coalesce(elec_type, ''), coalesce(volt, ''), coalesce(trade_code, '')])
    from work_customer
    union
    select cons_sort from stg_billing_snapshot where cons_sort is not null
    union
    select elec_type from stg_billing_snapshot where elec_type is not null
    union
    select volt from stg_billing_snapshot where volt is not null
    union
    select trade_code from stg_billing_snapshot where trade_code is not null
    order by code
);

-- Today's attributes of customers as codes, one row per cons_no.
create or replace temp table work_today as
select
    cons_key,
    cons_no,
    org_no::work_org as org_no,
    cons_sort::work_code as cons_sort,
    elec_type::work_code as elec_type,
    volt::work_code as volt,
    trade_code::work_code as trade_code
from work_customer;
