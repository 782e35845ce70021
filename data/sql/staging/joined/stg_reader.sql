-- Who reads the meters of a section, one row per sect_no.
create or replace table stg_reader as
select
    activity.sect_no,
    arg_max(activity.emp_no, (activity.file_no, activity.line)) as emp_no,
    max(activity.file_no) as file_no,
    max(activity.line) as line
from staging.kept_section_activity as activity
where activity.act_code = '03' and activity.emp_no is not null and activity.is_in_force
group by activity.sect_no;
