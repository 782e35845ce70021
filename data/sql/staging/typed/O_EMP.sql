-- Staff with their faults, one row per record read.
create or replace table staging.typed_employee as
with bared as (
    select
        file_no,
        line,
        unit,
        bare(emp_no) as emp_no,
        bare(emp_name) as emp_name,
        bare(org_no) as org_no
    from text_o_emp
)

select
    file_no,
    line,
    null::bigint as amount,
    emp_no,
    emp_name,
    org_no,
    key_of(emp_no) as id_key,
    check_of(emp_no) as id_check,
    false as by_content,
    case
        when emp_no is null then 'EMP_NO:missing'
        when is_scientific(emp_no) then 'EMP_NO:scientific'
    end as bad
from bared;
