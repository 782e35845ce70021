-- What is kept of SA_PROP_LIST where no file of it came: no rows, of the columns that its file in `typed` gives.
create or replace table stg_code (
    list varchar, code varchar, name varchar, file_no integer, line bigint
);
