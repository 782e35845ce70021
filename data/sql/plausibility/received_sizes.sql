-- Of the bills asked about that have receipts: how many, those that received so many times as much as they are of or as
-- little, what these are of and received; one row per bill month.
with received as (
    select
        rcvbl_ym as month,
        amount,
        received,
        received >= $times * amount or received * $times <= amount as is_odd
    from query_table($bills)
    where receipts > 0 and is_billed and amount > 0
)

select
    month,
    count(*) as bills,
    count(*) filter (where is_odd) as odd,
    coalesce(sum(amount) filter (where is_odd), 0)::bigint as billed,
    coalesce(sum(received) filter (where is_odd), 0)::bigint as received
from received
group by month
order by month
