-- What is kept of R_OPER_ACTIVITY where no file of it came: no rows, of the columns that its file in `typed` gives.
create or replace table staging.kept_section_activity (
    sect_no varchar, act_code varchar, emp_no varchar, file_no integer, line bigint
);
