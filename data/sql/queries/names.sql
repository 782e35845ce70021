-- Names of the keys of a dimension, one row per key that has one; units also say whether units stand under them.
with
-- include: code_names
,

-- include: staff
,

wanted as (select unnest($keys::varchar[]) as key)

select
    org_no as key,
    org_name as name,
    org_no in (select upper.parent_no from dim_org as upper where upper.parent_no is not null) as has_children
from dim_org
where $by = 'org' and org_no in (select wanted.key from wanted)
union all
select
    code as key,
    name,
    false as has_children
from code_names
where dimension = $by and code in (select wanted.key from wanted)
union all
select
    tg_no as key,
    any_value(tg_name) as name,
    false as has_children
from dim_area
where $by = 'area' and tg_no in (select wanted.key from wanted)
group by tg_no
union all
select
    emp_no as key,
    emp_name as name,
    false as has_children
from staff
where $by in ('collector', 'reader') and emp_no in (select wanted.key from wanted)
order by key;
