-- Services that fell due in [$first, $last] for customers of the scope, one row per customer, service and due day.
-- service_rules, service_periods, service_holders and service_records are the caller's tables.
with
-- include: service_listed
-- include: customer_where_scope
-- include: service_of_bills
,

-- include: service_owed
,

-- include: service_matched

select
    matched.cons_no,
    matched.org_no,
    coalesce(dim_org.org_name, matched.org_no) as org_name,
    matched.service,
    matched.grade,
    coalesce(matched.recorded_due, matched.due_on) as due_on,
    matched.done_on
from matched
left join dim_org on matched.org_no = dim_org.org_no
order by due_on, matched.cons_no, matched.service;
