-- Receipt lines with their faults, one row per record read.
create or replace table staging.typed_receipt as
with bared as (
    select
        file_no, line, unit, this_rcved_amt, this_penalty,
        bare(rcved_amt_id) as id,
        bare(rcvbl_amt_id) as bill_id,
        bare(charge_id) as charge_no,
        bare(org_no) as org_no,
        bare(cons_no) as cons_no,
        bare(rcved_ym) as rcved_ym,
        bare(rcved_date) as rcved_date,
        bare(rcvbl_ym) as rcvbl_ym
    from text_a_rcved_flow
),

identified as (
    select
        *,
        concat_ws('|', cons_no, rcved_ym, rcved_date, this_rcved_amt, this_penalty, rcvbl_ym, org_no, bill_id, charge_no)
            as content
    from bared
)

select
    file_no, line, id as receipt_no,
    key_of(bill_id) as bill_key,
    charge_no, cons_no, org_no,
    coalesce(month_of(rcved_ym), (year(day_of(rcved_date)) * 100 + month(day_of(rcved_date)))::integer) as rcved_ym,
    day_of(rcved_date) as received_on,
    fen_of(this_rcved_amt, unit) as amount,
    fen_of(this_penalty, unit) as penalty,
    month_of(rcvbl_ym) as rcvbl_ym,
    case when id is not null then key_of(id) else text_key(content) end as id_key,
    case when id is not null then check_of(id) else hash(content || '~') end as id_check,
    id is null as by_content,
    case
        when is_scientific(id) then 'RCVED_AMT_ID:scientific'
        when is_scientific(bill_id) then 'RCVBL_AMT_ID:scientific'
        when cons_no is null then 'CONS_NO:missing'
        when is_scientific(cons_no) then 'CONS_NO:scientific'
        when fen_of(this_rcved_amt, unit) is null then 'THIS_RCVED_AMT:' || amount_fault(this_rcved_amt, unit)
        when bare(this_penalty) is not null and fen_of(this_penalty, unit) is null
            then 'THIS_PENALTY:' || amount_fault(this_penalty, unit)
        when rcved_date is not null and day_of(rcved_date) is null then 'RCVED_DATE:not_a_date'
        when rcved_ym is not null and month_of(rcved_ym) is null then 'RCVED_YM:not_a_month'
        when rcvbl_ym is not null and month_of(rcvbl_ym) is null then 'RCVBL_YM:not_a_month'
        when rcved_date is null and rcved_ym is null and charge_no is null then 'RCVED_DATE:missing'
    end as bad
from identified;
