-- The latest day of issue, receipt or payment that is not after $today, one row.
select max(day)
from (
    select day_of(bare(release_date)) as day from staging.text_a_rcvbl_flow
    union all
    select day_of(bare(rcved_date)) from staging.text_a_rcved_flow
    union all
    select day_of(bare(charge_date)) from staging.text_a_pay_flow
)
where day <= $today;
