-- Files of several records that are all faulty in one month or day column, one row per file.
select
    file_no,
    any_value(split_part(bad, ':', 1)) as column_name,
    count(*) as records
from query_table($typed)
group by file_no
having
    count(*) > 1
    and count(*) = count(*) filter (where bad like '%:not_a_month' or bad like '%:not_a_date')
    and count(distinct bad) = 1;
