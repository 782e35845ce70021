-- Payment events with their faults, one row per record read.
create or replace table staging.typed_payment as
with bared as (
    select
        file_no, line, unit, rcv_amt,
        bare(charge_id) as charge_no,
        bare(cons_no) as cons_no,
        bare(org_no) as org_no,
        bare(charge_ym) as charge_ym,
        bare(charge_date) as charge_date,
        bare(type_code) as type_code,
        bare(charge_emp_no) as employee_no,
        bare(pay_mode) as pay_mode,
        bare(settle_mode) as settle_mode,
        bare(relate_id) as relate_no
    from text_a_pay_flow
),

identified as (
    select *, concat_ws('|', cons_no, org_no, charge_ym, charge_date, rcv_amt, type_code, pay_mode) as content
    from bared
)

select
    file_no, line, charge_no, cons_no, org_no,
    coalesce(month_of(charge_ym), (year(day_of(charge_date)) * 100 + month(day_of(charge_date)))::integer)
        as charge_ym,
    instant_of(charge_date) as charged_at,
    type_code,
    fen_of(rcv_amt, unit) as amount,
    employee_no, pay_mode, settle_mode, relate_no,
    case when charge_no is not null then key_of(charge_no) else text_key(content) end as id_key,
    case when charge_no is not null then check_of(charge_no) else hash(content || '~') end as id_check,
    charge_no is null as by_content,
    case
        when is_scientific(charge_no) then 'CHARGE_ID:scientific'
        when cons_no is null then 'CONS_NO:missing'
        when is_scientific(cons_no) then 'CONS_NO:scientific'
        when fen_of(rcv_amt, unit) is null then 'RCV_AMT:' || amount_fault(rcv_amt, unit)
        when charge_date is not null and day_of(charge_date) is null then 'CHARGE_DATE:not_a_date'
        when charge_ym is not null and month_of(charge_ym) is null then 'CHARGE_YM:not_a_month'
    end as bad
from identified;
