-- Transformer areas, one row per tg_id, with the line that most of its meter points hang on.
create or replace table dim_area as
with lines as (
    select
        tg_id,
        mode(line_id) as line_id
    from stg_meter_point
    where tg_id is not null
    group by tg_id
)

select
    (row_number() over (order by stg_area.tg_id) - 1)::integer as area_key,
    stg_area.* exclude (file_no, line) replace (without_numbers(stg_area.tg_name) as tg_name),
    lines.line_id,
    stg_line.line_no,
    without_numbers(stg_line.line_name) as line_name
from stg_area
left join lines on stg_area.tg_id = lines.tg_id
left join stg_line on lines.line_id = stg_line.line_id;

-- People, one row per emp_no.
create or replace table dim_employee as
select
    emp_no,
    without_numbers(any_value(emp_name)) as emp_name,
    any_value(org_no) as org_no
from stg_employee
group by emp_no;

-- Names of codes, one row per (list, code).
create or replace table dim_code as
select
    list,
    code,
    without_numbers(any_value(name)) as name
from stg_code
group by list, code;
