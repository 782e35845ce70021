-- What is kept of A_CR_RELA where no file of it came: no rows, of the columns that its file in `typed` gives.
create or replace table staging.kept_section_customer (
    section_no varchar, cons_no varchar, file_no integer, line bigint
);
