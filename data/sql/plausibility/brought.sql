-- What one load brings of each table, one row per table; a file that equals one before it brings nothing.
select
    told.table_name,
    sum(told.read)::bigint as read,
    sum(told.loaded)::bigint as loaded,
    sum(told.quarantined)::bigint as quarantined
from reconciliation as told
inner join meta_file as file on told.file_no = file.file_no
where file.load_id = $load and file.same_as is null
group by told.table_name
order by told.table_name
