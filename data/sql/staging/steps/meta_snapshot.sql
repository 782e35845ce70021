-- What the snapshot says of itself, one row; `holds` names what its source has.
create or replace table meta_snapshot as
with held as (
    select 'bills' as name where exists (select 1 from stg_bill)
    union all
    select 'bill_ids' where exists (select 1 from stg_bill where has_number)
    union all
    select 'issue_dates' where exists (select 1 from stg_bill where released_on is not null)
    union all
    select 'due_dates' where exists (select 1 from stg_bill where penalty_from is not null)
    union all
    select 'receipts' where exists (select 1 from stg_receipt)
    union all
    select 'receipt_dates' where exists (select 1 from stg_receipt where received_on is not null)
    union all
    select 'payments' where exists (select 1 from stg_payment)
    union all
    select 'customers' where exists (select 1 from stg_customer)
    union all
    select 'billing_snapshots' where exists (select 1 from stg_billing_snapshot)
    union all
    select 'orgs' where exists (select 1 from stg_org)
    union all
    select 'areas' where exists (select 1 from stg_area)
    union all
    select 'coordinates' where exists (select 1 from stg_area where lon is not null)
    union all
    select 'collectors' where exists (select 1 from stg_collector)
    union all
    select 'readers' where exists (select 1 from stg_reader)
    union all
    select 'violations' where exists (select 1 from stg_violation)
    union all
    select 'outages' where exists (select 1 from stg_outage)
    union all
    select 'prepaid' where exists (select 1 from stg_prepaid_balance)
    union all
    select 'prepaid_control' where exists (select 1 from stg_prepaid_control)
    union all
    select 'in_transit' where exists (select 1 from stg_in_transit)
    union all
    select 'bad_debts' where exists (select 1 from stg_bad_debt)
    union all
    select 'instalments' where exists (select 1 from stg_instalment)
    union all
    select 'facts' where exists (select 1 from stg_customer_fact)
)

select
    $snapshot::varchar as snapshot,
    $layout::integer as layout,
    $extract_on::date as extract_on,
    (select min(rcvbl_ym) from stg_bill) as first_ym,
    (select max(rcvbl_ym) from stg_bill) as last_ym,
    (select coalesce(list(name order by name), []::varchar[]) from held) as holds,
    $billing::varchar as billing,
    $loads::varchar[] as loads,
    (now() at time zone 'UTC')::timestamp as created_at;
