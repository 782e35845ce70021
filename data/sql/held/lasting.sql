-- Spells of owed bills that last past their bill month, one row each: what a closed month can still hold open.
-- follows: another spell of the bill went before it.
create table held.lasting as
with spell as (
    select * from fct_balance_short
    union all
    select * from fct_balance_long
)

select
    bill_key,
    cons_key,
    segment_key,
    rcvbl_ym,
    bill_year,
    due_on,
    from_on,
    to_on,
    open,
    false as follows
from spell
where is_owed and year(to_on - 1) * 12 + month(to_on - 1) > rcvbl_ym // 100 * 12 + rcvbl_ym % 100
order by from_on;
update held.lasting set follows = true
from (
    select
        bill_key,
        min(from_on) as first_on
    from held.lasting
    group by bill_key
    having count(*) > 1
) as several
where lasting.bill_key = several.bill_key and lasting.from_on > several.first_on;
-- Who holds them, one row per customer: the day the account was closed, and a bit for each month, from
-- 60 before the last issue on, in which a bill of theirs came to be 20 days overdue.
create table held.debtor as
with last as (
    select year(last_issue) * 12 + month(last_issue) as month_no from meta_facts
),

slow as (
    select
        spell.cons_key,
        year(spell.due_on + 20) * 12 + month(spell.due_on + 20) - last.month_no + 60 as place
    from held.lasting as spell
    cross join last
    where spell.from_on <= spell.due_on + 20 and spell.to_on > spell.due_on + 20
),

known as (
    select
        cons_key,
        bit_or(1::bigint << place) as slow_months
    from slow
    where place between 0 and 62
    group by cons_key
)

select
    holder.cons_key,
    dim_customer.cancelled_on,
    coalesce(known.slow_months, 0) as slow_months
from (select distinct cons_key from held.lasting) as holder
inner join dim_customer on holder.cons_key = dim_customer.cons_key
left join known on holder.cons_key = known.cons_key;
