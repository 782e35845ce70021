-- Metering points with their customer's number and line, one row per metering point: where its own row has no line,
-- the one that feeds its area now.
create or replace table stg_meter_point as
with customer as (
    select
        cons_id,
        max(cons_no) as cons_no
    from staging.kept_customer
    where cons_id is not null
    group by cons_id
),

fed as (
    select
        tg_id,
        arg_max(line_id, (file_no, line)) as line_id
    from staging.kept_line_area
    where is_current
    group by tg_id
)

select
    point.cons_id,
    coalesce(point.cons_no, customer.cons_no) as cons_no,
    point.tg_id,
    coalesce(point.line_id, fed.line_id) as line_id,
    point.file_no,
    point.line
from staging.kept_meter_point as point
left join customer on point.cons_no is null and point.cons_id = customer.cons_id
left join fed on point.line_id is null and point.tg_id = fed.tg_id;
