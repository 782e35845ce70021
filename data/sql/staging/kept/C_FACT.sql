-- Outside facts, one row per customer, fact and day.
create or replace table stg_customer_fact as
with entries as (
    select
        typed.cons_no,
        unnest(map_entries(typed.facts)) as entry,
        typed.fact_on,
        typed.file_no,
        typed.line
    from staging.typed_customer_fact as typed
    anti join dropped
        on typed.file_no = dropped.file_no and typed.line = dropped.line and typed.id_key = dropped.id_key
    where typed.bad is null
)

select
    cons_no,
    entry.key as fact,
    number_of(entry.value) as value,
    fact_on,
    file_no,
    line
from entries
where number_of(entry.value) is not null;
