-- Records whose number stands on another of the same load with other content; asked only while the load is judged.
create or replace table staging.repeated_key (
    file_no integer, line bigint, cons_no varchar, month integer, amount bigint
);
