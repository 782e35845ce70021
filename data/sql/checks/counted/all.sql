-- What the checks found, one row per check; $counts are their texts as one.
create or replace table check_result as
select
    name,
    severity,
    rows
from query($counts)
