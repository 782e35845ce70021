-- What the checks counted when the snapshot was made, faults first, one row per check.
select
    name,
    severity,
    rows
from check_result
order by severity asc, rows desc, name asc;
