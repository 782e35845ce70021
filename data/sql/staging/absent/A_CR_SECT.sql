-- What is kept of A_CR_SECT where no file of it came: no rows, of the columns that its file in `typed` gives.
create or replace table staging.kept_collection_section (
    section_no varchar, org_no varchar, emp_no varchar, status_code varchar, file_no integer, line bigint
);
