-- What is kept of TG_COORD where no file of it came: no rows, of the columns that its file in `typed` gives.
create or replace table staging.kept_coordinates (
    tg_no varchar, lon double, lat double, file_no integer, line bigint
);
