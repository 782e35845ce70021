-- Payment events with their faults, one row per record read.
create or replace table staging.typed_payment as
with bared as (
    select
        * replace (
            bare(charge_id) as charge_id, bare(cons_no) as cons_no, bare(org_no) as org_no,
            bare(charge_ym) as charge_ym, bare(charge_date) as charge_date, bare(type_code) as type_code,
            bare(charge_emp_no) as charge_emp_no, bare(pay_mode) as pay_mode, bare(settle_mode) as settle_mode,
            bare(relate_id) as relate_id
        )
    from text_a_pay_flow
),

valued as (
    select
        *,
        key_of(charge_id) as payment_key,
        month_of(charge_ym) as ym,
        instant_of(charge_date) as charged_at,
        fen_of(rcv_amt, unit) as amount
    from bared
)

select
    file_no,
    line,
    charge_id as charge_no,
    cons_no,
    org_no,
    coalesce(ym, (year(charged_at) * 100 + month(charged_at))::integer) as charge_ym,
    charged_at,
    type_code,
    amount,
    charge_emp_no as employee_no,
    pay_mode,
    settle_mode,
    relate_id as relate_no,
    coalesce(payment_key, negative_key(hash(cons_no, org_no, ym, charged_at, amount, type_code, pay_mode))) as id_key,
    case
        when payment_key >= 0 then null
        when payment_key < 0 then hash(charge_id || '~')
        else hash(pay_mode, type_code, amount, charged_at, ym, org_no, cons_no)
    end as id_check,
    payment_key is null as by_content,
    case
        when is_scientific(charge_id) then 'CHARGE_ID:scientific'
        when cons_no is null then 'CONS_NO:missing'
        when is_scientific(cons_no) then 'CONS_NO:scientific'
        when amount is null then 'RCV_AMT:' || amount_fault(rcv_amt, unit)
        when charged_at is null and charge_date is not null then 'CHARGE_DATE:not_a_date'
        when is_years_ahead(charged_at::date, extract_on) then 'CHARGE_DATE:years_ahead'
        when ym is null and charge_ym is not null then 'CHARGE_YM:not_a_month'
    end as bad
from valued;
