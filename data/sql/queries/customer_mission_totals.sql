-- How many customers have too many arrears, a theft, both, or a violation of unknown kind, one row.
with
-- include: customer_filtered
-- include: customer_picked
select
    count(*) as customers,
    count(*) filter (where is_many) as arrears,
    count(*) filter (where is_theft) as theft,
    count(*) filter (where is_many and is_theft) as both,
    count(*) filter (where is_many or is_theft) as either,
    count(*) filter (where unknown_violation_count > 0) as unknown,
    coalesce(sum(overdue) filter (where is_many), 0)::bigint as arrears_overdue,
    coalesce(sum(overdue) filter (where is_theft), 0)::bigint as theft_overdue,
    coalesce(sum(overdue) filter (where is_many and is_theft), 0)::bigint as both_overdue
from picked;
