-- The balance on the as-of date by its three definitions, one row per key; fen, distinct customers, bills.
with
-- include: who
-- include: spells
,

marked as (
    select
        key,
        cons_key,
        open,
        (rcvbl_ym < $as_of_ym)::integer as is_past,
        (days > 0)::integer as is_overdue,
        (rcvbl_ym <= $closed_month and bill_year = $closed_year)::integer as is_closed,
        (bill_year < $closed_year)::integer as is_old
    from spells
),

amounts as (
    select
        key,
        sum(open)::bigint as balance,
        count(*) as balance_bills,
        sum(open * is_past)::bigint as past,
        sum(is_past)::bigint as past_bills,
        sum(open * is_overdue)::bigint as overdue,
        sum(is_overdue)::bigint as overdue_bills,
        sum(open * is_closed)::bigint as closed,
        sum(is_closed)::bigint as closed_bills,
        sum(open * is_old)::bigint as old,
        sum(is_old)::bigint as old_bills
    from marked
    group by key
),

holders as (
    select
        key,
        cons_key,
        bit_or(is_past + 2 * is_overdue + 4 * is_closed + 8 * is_old) as holds
    from marked
    group by key, cons_key
),

customers_of as (
    select
        key,
        count(*) as balance_customers,
        count(*) filter (where holds & 1 > 0) as past_customers,
        count(*) filter (where holds & 2 > 0) as overdue_customers,
        count(*) filter (where holds & 4 > 0) as closed_customers,
        count(*) filter (where holds & 8 > 0) as old_customers
    from holders
    group by key
)

select
    key,
    amounts.balance,
    customers_of.balance_customers,
    amounts.balance_bills,
    amounts.past,
    customers_of.past_customers,
    amounts.past_bills,
    amounts.overdue,
    customers_of.overdue_customers,
    amounts.overdue_bills,
    amounts.closed,
    customers_of.closed_customers,
    amounts.closed_bills,
    amounts.old,
    customers_of.old_customers,
    amounts.old_bills
from amounts
inner join customers_of using (key)
order by key;
