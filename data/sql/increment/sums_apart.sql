-- Write-offs and household months by day, one row per cell in which one of a touched bill is or was: they are few, and
-- such a month may be no event any more, so they are summed again.
insert into agg_flow_day by name
select
    segment.core_key,
    flow.rcvbl_ym,
    flow.bill_year,
    flow.event_on,
    sum(flow.written_off)::bigint as written_off,
    sum(flow.written_off_bills)::bigint as written_off_bills,
    sum(flow.owed_open)::bigint as owed_open,
    sum(flow.pair_billed)::bigint as pair_billed,
    sum(flow.pair_settled)::bigint as pair_settled
from fct_flow as flow
inner join dim_segment as segment on flow.segment_key = segment.segment_key
semi join moved_day
    on
        segment.core_key = moved_day.core_key
        and flow.rcvbl_ym = moved_day.rcvbl_ym
        and flow.bill_year = moved_day.bill_year
        and flow.event_on = moved_day.event_on
        and moved_day.kind = 'apart'
where flow.kind in ('write_off', 'household')
group by segment.core_key, flow.rcvbl_ym, flow.bill_year, flow.event_on;
