-- Outside facts with their faults, one row per record read: a record holds one fact or, in `facts`, many.
create or replace table staging.typed_customer_fact as
with bared as (
    select
        file_no,
        line,
        bare(cons_no) as cons_no,
        bare(fact_date) as fact_date,
        coalesce(facts, map([coalesce(bare(fact_code), '')], [bare(fact_value)])) as facts
    from text_c_fact
)

select
    file_no,
    line,
    null::bigint as amount,
    cons_no,
    facts,
    day_of(fact_date) as fact_on,
    key_of(concat_ws('|', 'x', cons_no, fact_date, map_keys(facts)::varchar)) as id_key,
    check_of(concat_ws('|', 'x', cons_no, fact_date, map_keys(facts)::varchar)) as id_check,
    false as by_content,
    case
        when cons_no is null then 'CONS_NO:missing'
        when is_scientific(cons_no) then 'CONS_NO:scientific'
        when is_worded(cons_no) then 'CONS_NO:words'
        when list_contains(map_keys(facts), '') then 'FACT_CODE:missing'
        when len(list_filter(map_values(facts), lambda v: bare(v) is not null and number_of(v) is null)) > 0
            then 'FACT_VALUE:not_a_number'
        when is_bad_day(fact_date, day_of(fact_date)) then 'FACT_DATE:not_a_date'
    end as bad
from bared;
