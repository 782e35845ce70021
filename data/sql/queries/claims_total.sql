-- Open owed bills whose limit of action is past or near on the as-of date, one row; fen and bills.
with
-- include: who
-- include: spells
select
    coalesce(sum(open), 0)::bigint as amount,
    count(*) as bills
from spells
where due_on + to_years($limit_years) <= $as_of::date + $warn_days::integer;
