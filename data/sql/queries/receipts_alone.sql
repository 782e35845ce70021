-- Receipts by calendar month up to the as-of date, of bills that are known or not, one row per event_ym (0: all); fen.
with
-- include: customers

by_day as (
    select *
    from fct_receipt
    where received_on <= $as_of
),

kept as (
    select
        by_day.cons_key,
        by_day.amount,
        (year(by_day.received_on) * 100 + month(by_day.received_on))::integer as event_ym
    from by_day
    inner join customers as dim_customer on by_day.cons_key = dim_customer.cons_key
    -- include: in_scope
)

select
    coalesce(event_ym, 0)::integer as event_ym,
    coalesce(sum(amount), 0)::bigint as amount,
    count(*) as receipts,
    count(distinct cons_key) as customers
from kept
group by grouping sets ((event_ym), ())
order by 1;
