-- What happened in each calendar month, one row per (segment_key, rcvbl_ym, bill_year, event_ym); fen and counts.
create or replace table agg_flow as
select
    segment_key,
    rcvbl_ym,
    bill_year,
    event_ym,
    coalesce(sum(billed), 0)::bigint as billed,
    coalesce(sum(collected), 0)::bigint as collected,
    coalesce(sum(collected_late), 0)::bigint as collected_late,
    coalesce(sum(collected_after_cutoff), 0)::bigint as collected_after_cutoff,
    coalesce(sum(collected_set_off), 0)::bigint as collected_set_off,
    coalesce(sum(due_billed), 0)::bigint as due_billed,
    coalesce(sum(due_collected), 0)::bigint as due_collected,
    coalesce(sum(credit), 0)::bigint as credit,
    coalesce(sum(written_off), 0)::bigint as written_off,
    coalesce(sum(written_off_bills), 0)::bigint as written_off_bills,
    coalesce(sum(recovered_after), 0)::bigint as recovered_after,
    coalesce(sum(owed_open), 0)::bigint as owed_open,
    coalesce(sum(pair_billed), 0)::bigint as pair_billed,
    coalesce(sum(pair_settled), 0)::bigint as pair_settled,
    coalesce(sum(bills), 0)::bigint as bills,
    coalesce(sum(kwh), 0)::double as kwh
from work_flow
group by segment_key, rcvbl_ym, bill_year, event_ym;

-- The same by unit and class only: the small cube behind most pages.
create or replace table agg_flow_core as
select
    dim_segment.core_key,
    agg_flow.rcvbl_ym,
    agg_flow.bill_year,
    agg_flow.event_ym,
    sum(columns(agg_flow.* exclude (segment_key, rcvbl_ym, bill_year, event_ym, kwh)))::bigint,
    sum(agg_flow.kwh) as kwh
from agg_flow
inner join dim_segment on agg_flow.segment_key = dim_segment.segment_key
group by dim_segment.core_key, agg_flow.rcvbl_ym, agg_flow.bill_year, agg_flow.event_ym;
