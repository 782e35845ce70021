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

-- What snapshots at billing say, one row per set of texts, and the number of it that each snapshot has, one row per
-- calculation: they are as many as bills.
create or replace temp table work_said as
select
    (row_number() over ())::integer as said,
    *
from (
    select distinct
        cons_sort,
        elec_type,
        volt,
        trade_code
    from stg_billing_snapshot
);

create or replace temp table work_snapshot as
select
    snap.calc_id,
    work_said.said
from stg_billing_snapshot as snap
inner join work_said
    on
        snap.cons_sort is not distinct from work_said.cons_sort
        and snap.elec_type is not distinct from work_said.elec_type
        and snap.volt is not distinct from work_said.volt
        and snap.trade_code is not distinct from work_said.trade_code;

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
    select unnest([coalesce(cons_sort, ''), coalesce(elec_type, ''), coalesce(volt, ''), coalesce(trade_code, '')])
    from work_said
    order by code
);

create or replace temp table work_said_code as
select
    said,
    cons_sort::work_code as cons_sort,
    elec_type::work_code as elec_type,
    volt::work_code as volt,
    trade_code::work_code as trade_code
from work_said;

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
