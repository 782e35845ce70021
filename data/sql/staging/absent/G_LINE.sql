-- What is kept of G_LINE where no file of it came: no rows, of the columns that its file in `typed` gives.
create or replace table stg_line (
    line_id varchar, line_no varchar, line_name varchar, file_no integer, line bigint
);
