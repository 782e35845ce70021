-- The balance on the as-of date by its three definitions, one row per key; fen, distinct customers, bills.
with
-- include: who
-- include: spells
,

marked as (
    select
        *,
        rcvbl_ym < $as_of_ym as is_past,
        days > 0 as is_overdue,
        rcvbl_ym <= $closed_month and bill_year >= $closed_year as is_closed,
        bill_year < $closed_year as is_old
    from spells
),

held as (
    select
        key,
        cons_key,
        sum(open) as balance,
        count(*) as balance_bills,
        sum(if(is_past, open, 0)) as past,
        sum(is_past::integer) as past_bills,
        sum(if(is_overdue, open, 0)) as overdue,
        sum(is_overdue::integer) as overdue_bills,
        sum(if(is_closed, open, 0)) as closed,
        sum(is_closed::integer) as closed_bills,
        sum(if(is_old, open, 0)) as old,
        sum(is_old::integer) as old_bills
    from marked
    group by key, cons_key
)

select
    key,
    sum(balance)::bigint as balance,
    count(*) as balance_customers,
    sum(balance_bills)::bigint as balance_bills,
    sum(past)::bigint as past,
    count(*) filter (where past_bills > 0) as past_customers,
    sum(past_bills)::bigint as past_bills,
    sum(overdue)::bigint as overdue,
    count(*) filter (where overdue_bills > 0) as overdue_customers,
    sum(overdue_bills)::bigint as overdue_bills,
    sum(closed)::bigint as closed,
    count(*) filter (where closed_bills > 0) as closed_customers,
    sum(closed_bills)::bigint as closed_bills,
    sum(old)::bigint as old,
    count(*) filter (where old_bills > 0) as old_customers,
    sum(old_bills)::bigint as old_bills
from held
group by key
order by key;
