-- Records of the newest load whose number stands on another of its records with other content, one row each but the last.
insert into staging.repeated_key
with newest as (
    select file_no
    from meta_file
    where not archive and load_id = (select max(all_loads.load_id) from meta_file as all_loads)
),

alike as (
    select
        typed.file_no,
        typed.line,
        typed.id_key,
        typed.cons_no,
        typed.rcvbl_ym as month,
        typed.amount
    from query_table($typed) as typed
    semi join twice on typed.id_key = twice.id_key
    semi join newest on typed.file_no = newest.file_no
    where typed.bad is null and not typed.by_content
),

unlike as (
    select id_key
    from alike
    group by id_key
    having count(distinct row(cons_no, month, amount)) > 1
)

select alike.* exclude (id_key)
from alike
semi join unlike on alike.id_key = unlike.id_key
qualify row_number() over (partition by alike.id_key order by alike.file_no desc, alike.line desc) > 1;
