-- What is kept of C_MP where no file of it came: no rows, of the columns that its file in `typed` gives.
create or replace table staging.kept_meter_point (
    mp_id varchar, cons_id varchar, cons_no varchar, tg_id varchar, line_id varchar, file_no integer,
    line bigint
);
