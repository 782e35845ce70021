-- What is kept of S_OUTAGE where no file of it came: no rows, of the columns that its file in `typed` gives.
create or replace table stg_outage (
    cons_no varchar, cut_on date, file_no integer, line bigint
);
