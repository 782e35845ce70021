-- How many customers hold something on the as-of date, and how much (fen), of months up to $up_to, one row.
with
-- include: who
-- include: spells

select
    count(distinct cons_key) as customers,
    coalesce(sum(open), 0)::bigint as amount
from spells
where rcvbl_ym <= $up_to;
