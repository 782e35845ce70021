-- What the touched bills add to each sum and no more take from it, one row per cell: `part` less `was`. Bills are the
-- same, and so is kwh.
create or replace temp table moved_flow as
select
    segment_key,
    rcvbl_ym,
    bill_year,
    event_ym,
    sum(columns(* exclude (segment_key, rcvbl_ym, bill_year, event_ym)))
from (
    select * replace (0::double as kwh)
    from part.main.agg_flow
    union all by name
    select
        segment_key,
        rcvbl_ym,
        bill_year,
        event_ym,
        -columns(* exclude (segment_key, rcvbl_ym, bill_year, event_ym))
    from (
        select * replace (0::double as kwh)
        from was.main.agg_flow
    )
)
group by segment_key, rcvbl_ym, bill_year, event_ym;

-- Sums of which no event may be left: there is none of a touched bill any more, one row each.
create or replace temp table left_flow as
select
    was.segment_key,
    was.rcvbl_ym,
    was.bill_year,
    was.event_ym
from was.main.agg_flow as was
anti join part.main.agg_flow as now using (segment_key, rcvbl_ym, bill_year, event_ym);

create or replace temp table gone_flow as
with stays as (
    select distinct
        flow.segment_key,
        flow.rcvbl_ym,
        flow.bill_year,
        year(flow.event_on) * 100 + month(flow.event_on) as event_ym
    from fct_flow as flow
    semi join left_flow
        on
            flow.segment_key = left_flow.segment_key
            and flow.rcvbl_ym = left_flow.rcvbl_ym
            and flow.bill_year = left_flow.bill_year
            and year(flow.event_on) * 100 + month(flow.event_on) = left_flow.event_ym
)

select left_flow.*
from left_flow
anti join stays using (segment_key, rcvbl_ym, bill_year, event_ym);
