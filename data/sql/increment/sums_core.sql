-- The same by unit and class, one row per cell.
create or replace temp table cell_core as
with moved as (
    select
        segment.core_key,
        moved_flow.* exclude (segment_key)
    from moved_flow
    inner join dim_segment as segment on moved_flow.segment_key = segment.segment_key
),

cells as (
    select cell.*
    from agg_flow_core as cell
    semi join moved using (core_key, rcvbl_ym, bill_year, event_ym)
    union all by name
    select * from moved
)

select
    core_key,
    rcvbl_ym,
    bill_year,
    event_ym,
    sum(columns(* exclude (core_key, rcvbl_ym, bill_year, event_ym)))
from cells
group by core_key, rcvbl_ym, bill_year, event_ym;

delete from agg_flow_core
using cell_core as moved
where
    agg_flow_core.core_key = moved.core_key
    and agg_flow_core.rcvbl_ym = moved.rcvbl_ym
    and agg_flow_core.bill_year = moved.bill_year
    and agg_flow_core.event_ym = moved.event_ym;

insert into agg_flow_core by name
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
),

empty as (
    select gone.*
    from gone
    anti join stay using (core_key, rcvbl_ym, bill_year, event_ym)
)

select cell_core.*
from cell_core
anti join empty using (core_key, rcvbl_ym, bill_year, event_ym);
