-- What is open on the as-of date, one row per spell of an owed bill.
insert into held.alive
with spell as (
    select * from fct_balance_short
    where from_on > $as_of::date - 62
    union all
    select * from fct_balance_long
)

select
    $as_of::date as as_of,
    bill_key,
    cons_key,
    segment_key,
    rcvbl_ym,
    bill_year,
    due_on,
    open
from spell
where from_on <= $as_of and to_on > $as_of and is_owed;
insert into held.days values ($as_of::date);
