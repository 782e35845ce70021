-- How many customers the filters leave and what they hold, one row.
with
-- include: customer_filtered
-- include: standing
select
    count(*) as customers,
    coalesce(sum(balance), 0)::bigint as balance,
    coalesce(sum(overdue), 0)::bigint as overdue,
    count(*) filter (where overdue > 0) as overdue_customers
from told;
