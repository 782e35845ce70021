-- Customers by what they hold on the as-of date, most first, one row per customer; only months up to $up_to, bills of
-- its year or before.
with
-- include: who
-- include: spells
,

held as (
    select
        cons_key,
        sum(open)::bigint as amount,
        coalesce(sum(open) filter (where days > 0), 0)::bigint as overdue,
        coalesce(sum(open) filter (where bill_year < $closed_year), 0)::bigint as old_open,
        count(*) as bills,
        min(due_on) as oldest_due,
        max(days) as days_overdue,
        min(rcvbl_ym) as first_month,
        max(rcvbl_ym) as last_month
    from spells
    where rcvbl_ym <= $up_to and bill_year <= $up_to // 100
    group by cons_key
    order by amount desc, cons_key
    limit $limit offset $offset
)

select
    items.* exclude (cons_key),
    -- include: customer_columns
from held as items
-- include: customer_joins
order by items.amount desc, dim_customer.cons_no;
