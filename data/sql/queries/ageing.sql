-- The balance on the as-of date by days overdue, one row per (key, bill_year, bucket); bucket = edges passed.
with
-- include: who
-- include: spells
select
    key,
    case when $by_year then bill_year else 0 end::integer as bill_year,
    len(list_filter($edges::integer[], lambda e: days > e))::integer as bucket,
    sum(open)::bigint as amount,
    count(distinct cons_key) as customers,
    count(*) as bills
from spells
group by 1, 2, 3
order by 1, 2, 3;
