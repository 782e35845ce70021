-- The day of the write-off, one row per bill that was written off.
create or replace temp table work_write_off as
select
    bill_key,
    min(cancelled_on) as cancelled_on
from stg_bad_debt
where cancelled_on is not null and bill_key is not null
group by bill_key;
