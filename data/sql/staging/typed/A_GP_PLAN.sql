-- Instalment plans with their faults, one row per record read.
create or replace table staging.typed_instalment as
with bared as (
    select
        file_no,
        line,
        unit,
        bare(cons_no) as cons_no,
        bare(rcvbl_ym) as rcvbl_ym,
        bare(plan_amt) as plan_amt,
        bare(plan_date) as plan_date
    from text_a_gp_plan
)

select
    file_no,
    line,
    cons_no,
    month_of(rcvbl_ym) as rcvbl_ym,
    fen_of(plan_amt, unit) as amount,
    day_of(plan_date) as due_on,
    text_key(concat_ws('|', cons_no, rcvbl_ym, plan_amt, plan_date)) as id_key,
    hash(concat_ws('|', cons_no, rcvbl_ym, plan_amt, plan_date) || '~') as id_check,
    true as by_content,
    case
        when cons_no is null then 'CONS_NO:missing'
        when is_scientific(cons_no) then 'CONS_NO:scientific'
        when is_worded(cons_no) then 'CONS_NO:words'
        when rcvbl_ym is not null and month_of(rcvbl_ym) is null then 'RCVBL_YM:not_a_month'
        when fen_of(plan_amt, unit) is null then 'PLAN_AMT:' || amount_fault(plan_amt)
        when plan_date is null then 'PLAN_DATE:missing'
        when is_bad_day(plan_date, day_of(plan_date)) then 'PLAN_DATE:not_a_date'
    end as bad
from bared;
