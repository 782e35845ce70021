-- Short spells (at most 62 days) of open amounts: those alive on a day began less than 62 days before it.
create or replace table fct_balance_short as
select
    bill_key,
    cons_key,
    segment_key,
    rcvbl_ym,
    bill_year,
    due_on,
    is_owed,
    from_on,
    to_on,
    open
from work_spell
where open > 0 and to_on > from_on and to_on - from_on <= 62;

-- Long spells, which are few.
create or replace table fct_balance_long as
select
    bill_key,
    cons_key,
    segment_key,
    rcvbl_ym,
    bill_year,
    due_on,
    is_owed,
    from_on,
    to_on,
    open
from work_spell
where open > 0 and to_on - from_on > 62;

create or replace view fct_balance as
select * from fct_balance_short
union all
select * from fct_balance_long;
