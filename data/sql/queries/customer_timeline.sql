-- The open amount of one customer at each day on which it changed up to $as_of, one row per day.
with spells as (
    select
        from_on,
        least(to_on, $as_of::date + 1) as to_on,
        due_on,
        open
    from fct_balance
    where cons_key = $cons_key::integer and is_owed and from_on <= $as_of::date
),

days as (
    select from_on as day from spells
    union
    select to_on as day from spells where to_on <= $as_of::date
    union
    select due_on + 1 as day from spells where due_on < $as_of::date and due_on + 1 > from_on and due_on + 1 < to_on
    union
    select $as_of::date as day
)

select
    days.day,
    coalesce(sum(spells.open), 0)::bigint as open,
    coalesce(sum(spells.open) filter (where spells.due_on < days.day), 0)::bigint as overdue
from days
left join spells on days.day >= spells.from_on and days.day < spells.to_on
group by days.day
order by days.day;
