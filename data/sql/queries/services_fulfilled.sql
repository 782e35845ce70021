-- Services that fell due in [$first, $last], those done and those done by their day: one row per unit and service.
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

select
    org_no,
    service,
    count(*) as due,
    count(done_on) as done,
    count(*) filter (where done_on <= greatest(due_on, recorded_due)) as in_time
from matched
group by org_no, service
order by org_no, service;
