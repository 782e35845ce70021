-- What is kept of O_EMP where no file of it came: no rows, of the columns that its file in `typed` gives.
create or replace table stg_employee (
    emp_no varchar, emp_name varchar, org_no varchar, file_no integer, line bigint
);
