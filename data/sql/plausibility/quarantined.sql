-- Records of one load and table that are in quarantine, the first of each reason, one row each; equal files count once.
with of_load as (
    select
        quarantine.file,
        quarantine.line,
        quarantine.column_name,
        quarantine.reason,
        count(*) over () as found,
        count(*) over (partition by quarantine.column_name, quarantine.reason) as alike,
        row_number() over (
            partition by quarantine.column_name, quarantine.reason order by quarantine.file, quarantine.line
        ) as nth
    from quarantine
    inner join meta_file as file on quarantine.file_no = file.file_no
    where file.load_id = $load and file.same_as is null and quarantine.table_name = $table
)

select * exclude (nth)
from of_load
where nth = 1
order by alike desc, file asc, line asc
limit $examples
