-- Metering points with their customer's number, one row per metering point.
create or replace table stg_meter_point as
with customer as (
    select
        cons_id,
        max(cons_no) as cons_no
    from staging.kept_customer
    where cons_id is not null
    group by cons_id
)

select
    point.cons_id,
    coalesce(point.cons_no, customer.cons_no) as cons_no,
    point.tg_id,
    point.line_id,
    point.file_no,
    point.line
from staging.kept_meter_point as point
left join customer on point.cons_no is null and point.cons_id = customer.cons_id;
