-- What each customer holds of the balance on the as-of date, one row per customer, smallest first; fen.
with
-- include: who
-- include: spells
select sum(open)::bigint as amount
from spells
group by cons_key
order by amount;
