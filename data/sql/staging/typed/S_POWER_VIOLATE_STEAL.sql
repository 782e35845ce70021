-- Theft and violation with their faults, one row per record read.
create or replace table staging.typed_violation as
with bared as (
    select
        file_no,
        line,
        unit,
        bare(cons_no) as cons_no,
        bare(occur_time) as occur_time,
        bare(add_pq) as add_pq,
        bare(add_amt) as add_amt,
        bare(kind_code) as kind_code
    from text_s_power_violate_steal
)

select
    file_no,
    line,
    cons_no,
    day_of(occur_time) as occurred_on,
    number_of(add_pq) as kwh,
    fen_of(add_amt, unit) as amount,
    case kind_code when '01' then 'theft' when '02' then 'violation' end as kind,
    text_key(concat_ws('|', cons_no, occur_time, add_pq, add_amt, kind_code)) as id_key,
    hash(concat_ws('|', cons_no, occur_time, add_pq, add_amt, kind_code) || '~') as id_check,
    true as by_content,
    case
        when cons_no is null then 'CONS_NO:missing'
        when is_scientific(cons_no) then 'CONS_NO:scientific'
        when is_worded(cons_no) then 'CONS_NO:words'
        when occur_time is null then 'OCCUR_TIME:missing'
        when is_bad_day(occur_time, day_of(occur_time)) then 'OCCUR_TIME:not_a_date'
        when add_pq is not null and number_of(add_pq) is null then 'ADD_PQ:not_a_number'
        when add_amt is not null and fen_of(add_amt, unit) is null then 'ADD_AMT:' || amount_fault(add_amt)
    end as bad
from bared;
