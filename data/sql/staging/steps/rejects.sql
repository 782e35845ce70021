-- Lines that could not be split into columns, one row per line.
insert into quarantine
select
    file.load_id,
    file.file,
    reject.line,
    file.table_name,
    null,
    reject.text,
    reject.reason,
    null,
    null,
    null,
    file.file_no
from read_parquet($path) as reject
cross join meta_file as file
where file.file_no = $file_no;
