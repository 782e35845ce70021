-- Who collects from a customer, one row per cons_no: sections that are live, or all where no state is given.
create or replace table stg_collector as
select
    customer.cons_no,
    section.emp_no,
    customer.section_no,
    customer.file_no,
    customer.line
from staging.kept_section_customer as customer
inner join staging.kept_collection_section as section on customer.section_no = section.section_no
where coalesce(section.status_code, '01') = '01' and section.emp_no is not null;
