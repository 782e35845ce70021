-- The parts of a period's rates by what customers have in common, as `key_parts` has them, one row per key; fen, pairs.
-- For areas, collectors, units and classes alone: what a load has counted of their bills is not counted again.
with
-- include: segments
-- include: customers
-- include: period_counted
-- include: period_open
,

items as (
    select
        key,
        items,
        if(is_current, billed, 0) as cy_billed,
        if(is_current, billed, 0) as cy_collected,
        0 as old_billed,
        0 as old_collected,
        if(is_month, billed, 0) as month_billed,
        if(is_month, billed, 0) as month_collected,
        if(is_current, pairs, 0) as hh_billed,
        if(is_current, pairs, 0) as hh_settled,
        if(is_current, due_billed, 0) as due_billed,
        if(is_current, due_collected, 0) as due_collected
    from counted
    union all by name
    select
        coalesce(customers.customer_key, segments.key) as key,
        1 as items,
        of_missing.* exclude (cons_key, segment_key)
    from of_missing
    inner join customers on of_missing.cons_key = customers.cons_key
    inner join segments on of_missing.segment_key = segments.segment_key
    union all by name
    select
        coalesce(customers.customer_key, segments.key) as key,
        1 as items,
        fct_household_event.billed as hh_billed,
        fct_household_event.settled as hh_settled
    from fct_household_event
    inner join customers on fct_household_event.cons_key = customers.cons_key
    inner join segments on fct_household_event.segment_key = segments.segment_key
    where
        fct_household_event.event_on <= $of_as_of
        and fct_household_event.bill_year = $of_year
        and fct_household_event.rcvbl_ym <= $of_last_month
)

select
    key,
    coalesce(sum(cy_billed), 0)::bigint as cy_billed,
    coalesce(sum(cy_collected), 0)::bigint as cy_collected,
    coalesce(sum(old_billed), 0)::bigint as old_billed,
    coalesce(sum(old_collected), 0)::bigint as old_collected,
    coalesce(sum(month_billed), 0)::bigint as month_billed,
    coalesce(sum(month_collected), 0)::bigint as month_collected,
    coalesce(sum(hh_billed), 0)::bigint as hh_billed,
    coalesce(sum(hh_settled), 0)::bigint as hh_settled,
    coalesce(sum(due_billed), 0)::bigint as due_billed,
    coalesce(sum(due_collected), 0)::bigint as due_collected
from items
group by key
having sum(items) > 0
order by key;
