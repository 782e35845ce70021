-- Payment events with their faults, one row per record read.
create or replace table staging.typed_payment as
with bared as (
    select
        * replace (
            id_of(charge_id) as charge_id, bare(cons_no) as cons_no, bare(org_no) as org_no,
            bare(charge_ym) as charge_ym, bare(charge_date) as charge_date, bare(type_code) as type_code,
            bare(pay_mode) as pay_mode
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
    payment_key as charge_key,
    charged_at::date as charged_on,
    type_code,
    amount,
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
        when is_worded(cons_no) then 'CONS_NO:words'
        when amount is null then 'RCV_AMT:' || amount_fault(rcv_amt)
        when is_bad_day(charge_date, charged_at) then 'CHARGE_DATE:not_a_date'
        when is_years_ahead(charged_at::date, extract_on) then 'CHARGE_DATE:years_ahead'
        when ym is null and charge_ym is not null then 'CHARGE_YM:not_a_month'
    end as bad
from valued;
