-- What is kept of R_SECT where no file of it came: no rows, of the columns that its file in `typed` gives.
create or replace table staging.stg_reading_section (
    sect_no varchar, org_no varchar, sect_name varchar, file_no integer, line bigint
);
