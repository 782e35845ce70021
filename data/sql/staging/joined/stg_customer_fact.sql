-- Outside facts, one row per customer, fact and day.
create or replace table stg_customer_fact as
with entries as (
    select
        cons_no,
        unnest(map_entries(facts)) as entry,
        fact_on,
        file_no,
        line
    from staging.kept_customer_fact
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
