-- The same by unit and class, one row per cell.
create or replace temp table moved_flow_core as
select
    segment.core_key,
    moved_flow.rcvbl_ym,
    moved_flow.bill_year,
    moved_flow.event_ym,
    sum(columns(moved_flow.* exclude (segment_key, rcvbl_ym, bill_year, event_ym)))
from moved_flow
inner join dim_segment as segment on moved_flow.segment_key = segment.segment_key
group by segment.core_key, moved_flow.rcvbl_ym, moved_flow.bill_year, moved_flow.event_ym;

create or replace temp table gone_flow_core as
with gone as (
    select distinct
        segment.core_key,
        gone_flow.* exclude (segment_key)
    from gone_flow
    inner join dim_segment as segment on gone_flow.segment_key = segment.segment_key
),

stay as (
    select
        segment.core_key,
        cell.rcvbl_ym,
        cell.bill_year,
        cell.event_ym
    from agg_flow as cell
    inner join dim_segment as segment on cell.segment_key = segment.segment_key
    semi join gone
        on
            segment.core_key = gone.core_key
            and cell.rcvbl_ym = gone.rcvbl_ym
            and cell.bill_year = gone.bill_year
            and cell.event_ym = gone.event_ym
)

select gone.*
from gone
anti join stay using (core_key, rcvbl_ym, bill_year, event_ym);
