-- What the dictionary of the extracts calls the codes of a dimension, one row per (dimension, code).
with
-- include: code_names
select
    dimension,
    code,
    name
from code_names
where dimension is not null
order by dimension, code;
