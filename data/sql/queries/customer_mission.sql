-- Customers with more than $many arrears in the year (scaled to their bills) or a theft, one row per customer.
with
-- include: customer_filtered
-- include: customer_picked
select
    picked.*,
    coalesce(dim_org.org_name, picked.org_no) as org_name,
    coalesce(collectors.emp_name, picked.collector) as collector_name,
    coalesce(readers.emp_name, picked.reader) as reader_name,
    -- include: shown_name
    dim_customer.tg_name
from picked
inner join dim_customer on picked.cons_key = dim_customer.cons_key
left join dim_org on picked.org_no = dim_org.org_no
left join dim_employee as collectors on picked.collector = collectors.emp_no
left join dim_employee as readers on picked.reader = readers.emp_no
where
    ($kind = 'arrears' and is_many)
    or ($kind = 'theft' and is_theft)
    or ($kind = 'both' and is_many and is_theft)
    or ($kind = 'either' and (is_many or is_theft))
    or ($kind = 'unknown' and unknown_violation_count > 0)
order by picked.arrears desc, picked.overdue desc, picked.cons_key asc
limit $limit::bigint;
