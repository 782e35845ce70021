-- Bills, yuan billed and yuan collected by calendar month, one row per month that has any of them.
with billed as (
    select
        rcvbl_ym as month,
        sum(bills)::bigint as bills,
        sum(billed)::bigint as billed
    from agg_flow
    group by rcvbl_ym
),

collected as (
    select
        event_ym as month,
        sum(collected)::bigint as received
    from agg_flow
    group by event_ym
)

select
    month,
    coalesce(billed.bills, 0) as bills,
    coalesce(billed.billed, 0) as billed,
    coalesce(collected.received, 0) as received
from billed
full outer join collected using (month)
order by month
