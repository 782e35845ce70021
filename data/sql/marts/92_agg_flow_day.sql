-- What happened each day by unit and class, at most one row per (core_key, rcvbl_ym, bill_year, event_on, kind); fen, counts.
create or replace table agg_flow_day as
with cores as (
    select
        dim_segment.core_key,
        fct_flow.* exclude (bill_key, cons_key, segment_key)
    from fct_flow
    inner join dim_segment on fct_flow.segment_key = dim_segment.segment_key
),

days as (
    select
        core_key,
        rcvbl_ym,
        bill_year,
        event_on,
        sum(columns(['billed', 'collected', 'collected_late', 'collected_after_cutoff', 'owed_open']))::bigint,
        sum(columns(['pair_billed', 'bills']))::bigint,
        sum(kwh)::double as kwh
    from cores
    where kind = 'issue'
    group by all
    union all by name
    select
        core_key,
        rcvbl_ym,
        bill_year,
        event_on,
        sum(columns(['collected', 'collected_late', 'collected_after_cutoff', 'collected_set_off']))::bigint,
        sum(columns(['owed_open', 'recovered_after', 'credit', 'pair_settled']))::bigint
    from cores
    where kind = 'receipt'
    group by all
    union all by name
    select
        core_key,
        rcvbl_ym,
        bill_year,
        event_on,
        sum(columns(['due_billed', 'due_collected']))::bigint
    from cores
    where kind = 'due'
    group by all
    union all by name
    select
        core_key,
        rcvbl_ym,
        bill_year,
        event_on,
        sum(columns(['written_off', 'written_off_bills', 'owed_open', 'pair_billed', 'pair_settled']))::bigint
    from cores
    where kind in ('write_off', 'household')
    group by all
)

select *
from days
order by event_on;
