-- Receipt lines with their faults, one row per record read.
create or replace table staging.typed_receipt as
with bared as (
    select
        * replace (
            id_of(rcved_amt_id) as rcved_amt_id, id_of(rcvbl_amt_id) as rcvbl_amt_id, id_of(charge_id) as charge_id,
            bare(org_no) as org_no, bare(cons_no) as cons_no, bare(rcved_ym) as rcved_ym,
            bare(rcved_date) as rcved_date, bare(rcvbl_ym) as rcvbl_ym, id_of(calc_id) as calc_id,
            bare(amt_type) as amt_type
        )
    from text_a_rcved_flow
),

valued as (
    select
        *,
        key_of(rcved_amt_id) as receipt_key,
        key_of(rcvbl_amt_id) as bill_key,
        month_of(rcved_ym) as received_ym,
        day_of(rcved_date) as received_on,
        fen_of(this_rcved_amt, unit) as amount,
        fen_of(this_penalty, unit) as penalty,
        month_of(rcvbl_ym) as bill_ym,
        key_of(calc_id) as calc_key
    from bared
)

select
    file_no,
    line,
    bill_key,
    key_of(charge_id) as charge_key,
    cons_no,
    org_no,
    coalesce(received_ym, (year(received_on) * 100 + month(received_on))::integer) as rcved_ym,
    received_on,
    amount,
    bill_ym as rcvbl_ym,
    calc_key as calc_id,
    amt_type,
    coalesce(
        receipt_key,
        negative_key(
            hash(
                cons_no, received_on, amount, penalty, bill_ym, org_no, coalesce(bill_key, calc_key), charge_id,
                received_ym
            )
        )
    ) as id_key,
    case
        when receipt_key >= 0 then null
        when receipt_key < 0 then hash(rcved_amt_id || '~')
        else hash(
            received_ym, charge_id, coalesce(bill_key, calc_key), org_no, bill_ym, penalty, amount, received_on, cons_no
        )
    end as id_check,
    receipt_key is null as by_content,
    case
        when is_scientific(rcved_amt_id) then 'RCVED_AMT_ID:scientific'
        when is_scientific(rcvbl_amt_id) then 'RCVBL_AMT_ID:scientific'
        when is_scientific(charge_id) then 'CHARGE_ID:scientific'
        when bill_key is null and is_scientific(calc_id) then 'CALC_ID:scientific'
        when cons_no is null then 'CONS_NO:missing'
        when is_scientific(cons_no) then 'CONS_NO:scientific'
        when is_worded(cons_no) then 'CONS_NO:words'
        when amount is null then 'THIS_RCVED_AMT:' || amount_fault(this_rcved_amt)
        when penalty is null and bare(this_penalty) is not null
            then 'THIS_PENALTY:' || amount_fault(this_penalty)
        when is_bad_day(rcved_date, received_on) then 'RCVED_DATE:not_a_date'
        when is_years_ahead(received_on, extract_on) then 'RCVED_DATE:years_ahead'
        when received_ym is null and rcved_ym is not null then 'RCVED_YM:not_a_month'
        when bill_ym is null and rcvbl_ym is not null then 'RCVBL_YM:not_a_month'
        when rcved_date is null and rcved_ym is null and charge_id is null then 'RCVED_DATE:missing'
    end as bad
from valued;
