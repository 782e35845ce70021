-- What happened in each calendar month, one row per (segment_key, rcvbl_ym, bill_year, event_ym): sums of fct_flow.
create or replace temp table work_flow as
select
    segment_key,
    rcvbl_ym,
    bill_year,
    (year(event_on) * 100 + month(event_on))::integer as event_ym,
    sum(billed)::bigint as billed,
    sum(collected)::bigint as collected,
    sum(collected_late)::bigint as collected_late,
    sum(collected_after_cutoff)::bigint as collected_after_cutoff,
    sum(owed_open)::bigint as owed_open,
    sum(pair_billed)::bigint as pair_billed,
    sum(bills)::bigint as bills,
    sum(kwh)::double as kwh
from fct_flow
where kind = 'issue'
group by all
union all by name
select
    segment_key,
    rcvbl_ym,
    bill_year,
    (year(event_on) * 100 + month(event_on))::integer as event_ym,
    sum(collected)::bigint as collected,
    sum(collected_late)::bigint as collected_late,
    sum(collected_after_cutoff)::bigint as collected_after_cutoff,
    sum(collected_set_off)::bigint as collected_set_off,
    sum(owed_open)::bigint as owed_open,
    sum(recovered_after)::bigint as recovered_after,
    sum(credit)::bigint as credit,
    sum(pair_settled)::bigint as pair_settled
from fct_flow
where kind = 'receipt'
group by all
union all by name
select
    segment_key,
    rcvbl_ym,
    bill_year,
    (year(event_on) * 100 + month(event_on))::integer as event_ym,
    sum(due_billed)::bigint as due_billed,
    sum(due_collected)::bigint as due_collected
from fct_flow
where kind = 'due'
group by all
union all by name
select
    segment_key,
    rcvbl_ym,
    bill_year,
    (year(event_on) * 100 + month(event_on))::integer as event_ym,
    sum(written_off)::bigint as written_off,
    sum(written_off_bills)::bigint as written_off_bills,
    sum(owed_open)::bigint as owed_open,
    sum(pair_billed)::bigint as pair_billed,
    sum(pair_settled)::bigint as pair_settled
from fct_flow
where kind in ('write_off', 'household')
group by all;
