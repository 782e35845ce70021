-- Customers, one row per customer number, also of those that only occur on bills; dense keys by unit and number. Of the units
-- that bills and receipts of one in no list say, the first stands: every build has the same.
create or replace temp table work_customer as
with numbers as (
    select
        cons_no,
        org_no,
        true as exists_in_extract
    from stg_customer
    union all
    select
        cons_no,
        min(org_no) as org_no,
        false as exists_in_extract
    from (
        select
            cons_no,
            org_no
        from stg_bill
        union all
        select
            cons_no,
            org_no
        from stg_receipt
        union all
        select
            cons_no,
            null as org_no
        from stg_prepaid_balance
        union all
        select
            cons_no,
            null as org_no
        from stg_in_transit
    )
    anti join stg_customer using (cons_no)
    where cons_no is not null
    group by cons_no
),

points as (
    select
        cons_id,
        min(tg_id) as tg_id
    from stg_meter_point
    where cons_id is not null
    group by cons_id
),

points_by_number as (
    select
        cons_no,
        min(tg_id) as tg_id
    from stg_meter_point
    where cons_id is null
    group by cons_no
),

collectors as (
    select
        cons_no,
        min(emp_no) as collector
    from stg_collector
    group by cons_no
),

readers as (
    select
        sect_no,
        min(emp_no) as reader
    from stg_reader
    group by sect_no
)

select
    (row_number() over (order by coalesce(numbers.org_no, '-'), numbers.cons_no) - 1)::integer as cons_key,
    numbers.cons_no,
    coalesce(numbers.org_no, '-') as org_no,
    numbers.exists_in_extract,
    coalesce(points.tg_id, points_by_number.tg_id) as tg_id,
    collectors.collector,
    readers.reader,
    stg_customer.* exclude (cons_no, org_no, file_no, line)
from numbers
left join stg_customer on numbers.cons_no = stg_customer.cons_no
left join points on stg_customer.cons_id = points.cons_id
left join points_by_number on numbers.cons_no = points_by_number.cons_no
left join collectors on numbers.cons_no = collectors.cons_no
left join readers on stg_customer.sect_no = readers.sect_no;
