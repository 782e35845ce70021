-- What the extracts call the codes of a dimension, collectors and readers too, one row per (dimension, code).
with
-- include: code_names
,

-- include: staff
select
    dimension,
    code,
    name
from code_names
where dimension is not null
union all
select
    unnest(['collector', 'reader']) as dimension,
    emp_no as code,
    emp_name as name
from staff
order by dimension, code;
