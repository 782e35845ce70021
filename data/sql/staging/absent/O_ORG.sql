-- What is kept of O_ORG where no file of it came: no rows, of the columns that its file in `typed` gives.
create or replace table stg_org (
    org_no varchar, org_name varchar, parent_no varchar, org_type varchar, file_no integer, line bigint
);
