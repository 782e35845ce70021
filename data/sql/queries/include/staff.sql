staff as (
    -- two of one name are told apart by their numbers
    select
        emp_no,
        if(count(*) over (partition by emp_name) > 1, emp_name || ' (' || emp_no || ')', emp_name) as emp_name
    from dim_employee
    where emp_name <> ''
)
