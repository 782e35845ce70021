-- Records of one identity that were read more than once (keys in `twice`), one row per record: which stay is in `dropped`.
create or replace temp table ranked as
select
    typed.file_no,
    typed.line,
    typed.id_key,
    typed.id_check,
    case
        when typed.by_content
            then row_number() over (
                partition by typed.id_key, typed.id_check, typed.file_no order by typed.line
            )
        else 1
    end as occurrence
from query_table($typed) as typed
semi join twice on typed.id_key = twice.id_key
where typed.bad is null;

create or replace temp table dropped as
select
    file_no,
    line,
    id_key
from ranked
qualify row_number() over (
    partition by id_key, id_check, occurrence order by file_no desc, line desc
) > 1;

create or replace temp table repeated as
select
    file_no,
    line,
    id_key,
    text_key(id_key || '#' || occurrence) as new_key
from ranked
where occurrence > 1;

select count(*) from (
    select id_key from ranked group by id_key having count(distinct coalesce(id_check, 0)) > 1
);
