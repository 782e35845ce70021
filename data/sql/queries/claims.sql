-- Open owed bills whose limit of action is past or near on the as-of date, most yuan first, one row per bill.
with
-- include: who
-- include: spells
,

limited as (
    select
        bill_key,
        cons_key,
        rcvbl_ym,
        due_on,
        open,
        days,
        (due_on + to_years($limit_years))::date as limit_on
    from spells
    where due_on + to_years($limit_years) <= $as_of::date + $warn_days::integer
    order by open desc, bill_key
    limit $limit
),

underway as (
    select
        cons_key,
        sum(amount)::bigint as in_transit
    from fct_in_transit
    where checked_on <= $as_of::date and (disposed_on is null or disposed_on > $as_of::date)
    group by cons_key
)

select
    items.bill_key,
    fct_bill.bill_no,
    items.rcvbl_ym,
    items.due_on,
    items.days as days_overdue,
    items.limit_on,
    (items.limit_on - $as_of::date)::integer as days_left,
    items.open,
    coalesce(underway.in_transit, 0)::bigint as in_transit,
    -- include: customer_columns
from limited as items
-- include: customer_joins
left join underway on items.cons_key = underway.cons_key
left join fct_bill on items.bill_key = fct_bill.bill_key
order by items.open desc, items.bill_key;
