-- What is kept of G_TG where no file of it came: no rows, of the columns that its file in `typed` gives.
create or replace table staging.kept_area (
    tg_id varchar, org_no varchar, tg_no varchar, tg_name varchar, capacity double, address varchar,
    is_private boolean, run_status varchar, file_no integer, line bigint
);
