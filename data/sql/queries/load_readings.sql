-- What was seen or mended in reading the files of the snapshot's loads, one row per file of one table, kind and column.
select
    load_id,
    file,
    table_name,
    kind,
    column_name,
    lines
from reading
order by load_id desc, table_name asc, file asc, column_name asc, kind asc;
