-- How many customers hold something on the as-of date, and how much (fen), of months up to $up_to,
-- bills of its year or before, one row.
with
-- include: who
-- include: spells

select
    count(distinct cons_key) as customers,
    coalesce(sum(open), 0)::bigint as amount
from spells
where rcvbl_ym <= $up_to and bill_year <= $up_to // 100;
