-- Open owed bills on the as-of date, one row per bill and part of it: what is in transit is locked, its own bill's first, then the
-- customer's oldest. Money in fen.
with
-- include: who
-- include: spells
,

underway as (
    select
        cons_key,
        bill_key,
        sum(amount)::bigint as amount
    from fct_in_transit
    where amount > 0 and checked_on <= $as_of::date and (disposed_on is null or disposed_on > $as_of::date)
    group by cons_key, bill_key
),

lines as (
    select
        spells.cons_key,
        spells.bill_key,
        spells.rcvbl_ym,
        spells.due_on,
        spells.open,
        least(spells.open, coalesce(underway.amount, 0)) as own
    from spells
    left join underway on spells.bill_key = underway.bill_key and spells.cons_key = underway.cons_key
),

loose as (
    select
        underway.cons_key,
        sum(underway.amount) - coalesce(any_value(met.own), 0) as amount
    from underway
    left join (
        select
            cons_key,
            sum(own) as own
        from lines
        group by cons_key
    ) as met on underway.cons_key = met.cons_key
    group by underway.cons_key
),

reached as (
    select
        lines.*,
        coalesce(loose.amount, 0) as loose,
        sum(lines.open - lines.own) over (
            partition by lines.cons_key order by lines.due_on nulls last, lines.bill_key
            rows between unbounded preceding and current row
        ) - (lines.open - lines.own) as before
    from lines
    left join loose on lines.cons_key = loose.cons_key
),

parts as (
    select
        *,
        (own + greatest(least(loose - before, open - own), 0))::bigint as locked_part
    from reached
)

select
    cons_key,
    bill_key,
    rcvbl_ym,
    due_on,
    locked_part as principal_open,
    true as locked
from parts
where locked_part > 0
union all
select
    cons_key,
    bill_key,
    rcvbl_ym,
    due_on,
    (open - locked_part)::bigint as principal_open,
    false as locked
from parts
where open > locked_part
order by cons_key, due_on, bill_key, locked;
