-- Services that fell due in [$first, $last] for customers of the scope, one row per customer, service and due day.
-- service_rules, service_periods, service_holders and service_records are the caller's tables.
with
-- include: service_listed
-- include: customer_where_scope
-- include: service_of_bills
,

-- include: service_owed

select
    cons_no,
    org_no,
    service,
    grade,
    coalesce(recorded_due, due_on) as due_on,
    done_on
from matched
where place = 1
order by due_on, cons_no, service;
