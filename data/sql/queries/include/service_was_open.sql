spells as (
    select * from fct_balance_short
    where from_on > least($first::date, $as_of::date) - 62
    union all
    select * from fct_balance_long
),

was_open as (
    select
        bill_key,
        open,
        from_on,
        to_on
    from spells
    where
        from_on <= least($last::date, $as_of::date)
        and to_on > least($first::date, $as_of::date)
),

-- What was in transit of a bill on the day it would be reminded of: paid, and not yet posted.
in_transit as (
    select
        reminded.bill_key,
        reminded.on_day,
        sum(fct_in_transit.amount) as amount
    from (
        select distinct
            bill_key,
            least(due_on, $as_of::date) as on_day
        from of_bills
        where needs_open and bill_key in (select bill_key from fct_in_transit)
    ) as reminded
    inner join fct_in_transit
        on
            reminded.bill_key = fct_in_transit.bill_key
            and reminded.on_day >= fct_in_transit.checked_on
            and coalesce(reminded.on_day < fct_in_transit.disposed_on, true)
    group by reminded.bill_key, reminded.on_day
)
