-- The balance on the as-of date by its three definitions, one row per key; fen, distinct customers, bills.
with
-- include: who
-- include: spells
select
    key,
    coalesce(sum(open), 0)::bigint as balance,
    count(distinct cons_key) as balance_customers,
    count(*) as balance_bills,
    coalesce(sum(open) filter (where rcvbl_ym < $as_of_ym), 0)::bigint as past,
    count(distinct cons_key) filter (where rcvbl_ym < $as_of_ym) as past_customers,
    count(*) filter (where rcvbl_ym < $as_of_ym) as past_bills,
    coalesce(sum(open) filter (where days > 0), 0)::bigint as overdue,
    count(distinct cons_key) filter (where days > 0) as overdue_customers,
    count(*) filter (where days > 0) as overdue_bills,
    coalesce(sum(open) filter (where rcvbl_ym <= $closed_month and bill_year >= $closed_year), 0)::bigint as closed,
    count(distinct cons_key) filter (where rcvbl_ym <= $closed_month and bill_year >= $closed_year) as closed_customers,
    count(*) filter (where rcvbl_ym <= $closed_month and bill_year >= $closed_year) as closed_bills,
    coalesce(sum(open) filter (where bill_year < $closed_year), 0)::bigint as old,
    count(distinct cons_key) filter (where bill_year < $closed_year) as old_customers,
    count(*) filter (where bill_year < $closed_year) as old_bills
from spells
group by key
order by key;
