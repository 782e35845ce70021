-- The sums by day: of receipts and due days what touched bills add and no more take, one row per kind.
create or replace temp table moved_day as
select
    core_key,
    rcvbl_ym,
    bill_year,
    event_on,
    kind,
    sum(columns(* exclude (core_key, rcvbl_ym, bill_year, event_on, kind)))
from (
    select
        *,
        kind_of_day(bills, due_billed, credit) as kind
    from part.main.agg_flow_day
    union all by name
    select
        core_key,
        rcvbl_ym,
        bill_year,
        event_on,
        kind_of_day(bills, due_billed, credit) as kind,
        -columns(* exclude (core_key, rcvbl_ym, bill_year, event_on))
    from was.main.agg_flow_day
)
where kind <> 'issue'
group by core_key, rcvbl_ym, bill_year, event_on, kind;

create or replace temp table cell_day as
select
    core_key,
    rcvbl_ym,
    bill_year,
    event_on,
    kind,
    sum(columns(* exclude (core_key, rcvbl_ym, bill_year, event_on, kind)))
from (
    select
        cell.*,
        kind_of_day(cell.bills, cell.due_billed, cell.credit) as kind
    from agg_flow_day as cell
    semi join moved_day
        on
            cell.core_key = moved_day.core_key
            and cell.rcvbl_ym = moved_day.rcvbl_ym
            and cell.bill_year = moved_day.bill_year
            and cell.event_on = moved_day.event_on
            and moved_day.kind = kind_of_day(cell.bills, cell.due_billed, cell.credit)
    where kind_of_day(cell.bills, cell.due_billed, cell.credit) <> 'apart'
    union all by name
    select * from moved_day
    where kind <> 'apart'
)
group by core_key, rcvbl_ym, bill_year, event_on, kind;

delete from agg_flow_day
using moved_day as moved
where
    agg_flow_day.core_key = moved.core_key
    and agg_flow_day.rcvbl_ym = moved.rcvbl_ym
    and agg_flow_day.bill_year = moved.bill_year
    and agg_flow_day.event_on = moved.event_on
    and kind_of_day(agg_flow_day.bills, agg_flow_day.due_billed, agg_flow_day.credit) = moved.kind;

insert into agg_flow_day by name
select cell_day.* exclude (kind)
from cell_day
anti join gone_day
    on
        cell_day.kind = 'receipt'
        and cell_day.core_key = gone_day.core_key
        and cell_day.rcvbl_ym = gone_day.rcvbl_ym
        and cell_day.bill_year = gone_day.bill_year
        and cell_day.event_on = gone_day.event_on;
