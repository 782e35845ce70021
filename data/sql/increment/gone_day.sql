-- Which kind of event a row of the sums by day is of, and days of which none is left, one row each.
create or replace temp macro kind_of_day(bills, due_billed, credit) as
case
    when bills is not null then 'issue'
    when due_billed is not null then 'due'
    when credit is not null then 'receipt'
    else 'apart'
end;

-- Days on which no receipt may be left, and those of them on which none is, one row each.
create or replace temp table left_day as
with now as (
    select * from part.main.agg_flow_day
    where kind_of_day(bills, due_billed, credit) = 'receipt'
)

select
    was.core_key,
    was.rcvbl_ym,
    was.bill_year,
    was.event_on
from was.main.agg_flow_day as was
anti join now using (core_key, rcvbl_ym, bill_year, event_on)
where kind_of_day(was.bills, was.due_billed, was.credit) = 'receipt';

create or replace temp table gone_day as
with stays as (
    select distinct
        segment.core_key,
        flow.rcvbl_ym,
        flow.bill_year,
        flow.event_on
    from fct_flow as flow
    inner join dim_segment as segment on flow.segment_key = segment.segment_key
    semi join left_day
        on
            segment.core_key = left_day.core_key
            and flow.rcvbl_ym = left_day.rcvbl_ym
            and flow.bill_year = left_day.bill_year
            and flow.event_on = left_day.event_on
    where flow.kind = 'receipt'
)

select left_day.*
from left_day
anti join stays using (core_key, rcvbl_ym, bill_year, event_on);
