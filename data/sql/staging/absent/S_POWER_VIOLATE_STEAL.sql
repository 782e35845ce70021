-- What is kept of S_POWER_VIOLATE_STEAL where no file of it came: no rows, of the columns that its file in `typed` gives.
create or replace table stg_violation (
    violation_key bigint, cons_no varchar, occurred_on date, kwh double, amount bigint, kind varchar,
    file_no integer, line bigint
);
