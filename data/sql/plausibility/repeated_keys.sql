-- Numbers that stand on several records of one load with other customers, months or amounts, the first, one row each.
select
    count(*) over () as found,
    file.file,
    kept.line,
    kept.cons_no,
    kept.month,
    kept.amount
from staging.repeated_key as kept
inner join meta_file as file on kept.file_no = file.file_no
where file.load_id = $load and file.table_name = $table
order by file.file, kept.line
limit $examples
