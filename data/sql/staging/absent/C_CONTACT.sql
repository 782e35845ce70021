-- What is kept of C_CONTACT where no file of it came: no rows, of the columns that its file in `typed` gives.
create or replace table staging.kept_contact (
    cons_id varchar, cons_no varchar, mobile varchar, file_no integer, line bigint
);
