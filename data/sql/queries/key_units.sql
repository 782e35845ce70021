-- The unit that a transformer area or a collector belongs to, one row per key: of areas their station, of people their own unit.
select
    tg_no as key,
    min(org_no) as org_no
from dim_area
where $by = 'area' and tg_no <> ''
group by tg_no
union all
select
    emp_no as key,
    min(org_no) as org_no
from dim_employee
where $by = 'collector' and emp_no <> ''
group by emp_no
order by key;
