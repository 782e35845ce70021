-- How many rows a check has, one row: its name, severity and text take the places of what begins with `of`.
select
    'of_name' as name,
    'of_severity' as severity,
    count(*) as rows
from (
    of_check
)
