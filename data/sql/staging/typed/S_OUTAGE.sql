-- Customers cut off with their faults, one row per record read.
create or replace table staging.typed_outage as
with bared as (
    select
        file_no,
        line,
        unit,
        bare(cons_no) as cons_no,
        bare(actual_date) as actual_date
    from text_s_outage
),

valued as (
    select
        *,
        coalesce(instant_of(actual_date)::varchar, actual_date) as cut_at
    from bared
)

select
    file_no,
    line,
    null::bigint as amount,
    cons_no,
    day_of(actual_date) as cut_on,
    text_key(concat_ws('|', cons_no, cut_at)) as id_key,
    hash(concat_ws('|', cons_no, cut_at) || '~') as id_check,
    true as by_content,
    case
        when cons_no is null then 'CONS_NO:missing'
        when is_scientific(cons_no) then 'CONS_NO:scientific'
        when is_worded(cons_no) then 'CONS_NO:words'
        when actual_date is null then 'ACTUAL_DATE:missing'
        when is_bad_day(actual_date, day_of(actual_date)) then 'ACTUAL_DATE:not_a_date'
    end as bad
from valued;
