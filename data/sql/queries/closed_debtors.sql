-- Closed accounts by what they hold on the as-of date, most first, one row per customer; fen. No day: nobody says since when.
with
-- include: who
-- include: spells
,

held as (
    select
        spells.cons_key,
        sum(spells.open)::bigint as open,
        coalesce(sum(spells.open) filter (where spells.days > 0), 0)::bigint as overdue,
        count(*) as bills,
        min(spells.due_on) as oldest_due,
        max(spells.days) as days_overdue,
        max(spells.rcvbl_ym) as last_month
    from spells
    inner join dim_customer on spells.cons_key = dim_customer.cons_key
    where dim_customer.closed_on <= $as_of
    group by spells.cons_key
)

select
    items.* exclude (cons_key),
    case when year(dim_customer.closed_on) > 1 then dim_customer.closed_on end as closed_on,
    -- include: customer_columns
from held as items
-- include: customer_joins
order by items.open desc, dim_customer.cons_no;
