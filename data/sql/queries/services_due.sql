-- Services that fell due in [$first, $last] for customers of the scope, one row per customer, service and due day; `listed` counts them
-- whatever the limit.
-- service_rules, service_periods, service_holders and service_records are the caller's tables.
with
-- include: service_listed
-- include: service_of_bills
,

-- include: service_was_open
,

-- include: service_owed
,

-- include: service_matched
,

-- include: service_told

select
    wanted.cons_no,
    wanted.org_no,
    coalesce(dim_org.org_name, wanted.org_no) as org_name,
    wanted.service,
    wanted.grade,
    wanted.due_on,
    wanted.done_on,
    wanted.earlier,
    count(*) over () as listed
from wanted
left join dim_org on wanted.org_no = dim_org.org_no
order by sort_column asc nulls last, wanted.due_on, wanted.cons_no, wanted.service
limit $limit;
