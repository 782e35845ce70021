-- What the snapshot says of itself, one row; `holds` names what its source has.
create or replace table meta_snapshot as
with held as (
    select unnest($held::varchar[]) as name
    union
    select 'bill_ids' where exists (select 1 from stg_bill where has_number)
    union
    select 'issue_dates' where exists (select 1 from stg_bill where released_on is not null)
    union
    select 'due_dates' where exists (select 1 from stg_bill where penalty_from is not null)
    union
    select 'receipt_dates' where exists (select 1 from stg_receipt where received_on is not null)
    union
    select 'coordinates' where exists (select 1 from stg_area where lon is not null)
    union
    select 'collectors' where exists (select 1 from stg_collector)
    union
    select 'readers' where exists (select 1 from stg_reader)
)

select
    $snapshot::varchar as snapshot,
    $layout::integer as layout,
    $made_by::varchar as made_by,
    $extract_on::date as extract_on,
    (select min(rcvbl_ym) from stg_bill) as first_ym,
    (select max(rcvbl_ym) from stg_bill) as last_ym,
    (select coalesce(list(name order by name), []::varchar[]) from held) as holds,
    $billing::varchar as billing,
    $loads::varchar[] as loads,
    (now() at time zone 'UTC')::timestamp as created_at;
