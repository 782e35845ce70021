-- The balance on the as-of date by its definitions and bill month, one row per rcvbl_ym; fen.
with
-- include: who
-- include: spells

select
    rcvbl_ym,
    sum(open)::bigint as balance,
    coalesce(sum(open) filter (where rcvbl_ym < $as_of_ym), 0)::bigint as past,
    coalesce(sum(open) filter (where days > 0), 0)::bigint as overdue
from spells
group by rcvbl_ym
order by rcvbl_ym;
