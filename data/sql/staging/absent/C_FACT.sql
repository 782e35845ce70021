-- What is kept of C_FACT where no file of it came: no rows, of the columns that its file in `typed` gives.
create or replace table staging.kept_customer_fact (
    cons_no varchar, facts map (varchar, varchar), fact_on date, file_no integer, line bigint
);
