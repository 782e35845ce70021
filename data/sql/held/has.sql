-- Whether the as-of date is among the days held, one value; and how many days are held.
select
    coalesce(bool_or(as_of = $as_of::date), false) as has,
    count(*) as days
from held.days;
