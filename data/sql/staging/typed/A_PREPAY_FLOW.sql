-- Prepayments and set-offs with their faults, one row per record read.
create or replace table staging.typed_prepay_flow as
with bared as (
    select
        file_no,
        line,
        unit,
        id_of(prepay_id) as prepay_id,
        bare(cons_no) as cons_no,
        bare(prepay_amt) as prepay_amt,
        bare(prepay_ym) as prepay_ym,
        id_of(charge_id) as charge_id,
        bare(bal_type) as bal_type
    from text_a_prepay_flow
)

select
    file_no,
    line,
    cons_no,
    month_of(prepay_ym) as prepay_ym,
    bal_type,
    fen_of(prepay_amt, unit) as amount,
    case
        when prepay_id is not null then key_of(prepay_id) else
            text_key(concat_ws('|', prepay_id, cons_no, prepay_amt, prepay_ym, charge_id))
    end as id_key,
    case
        when prepay_id is not null then check_of(prepay_id) else
            hash(concat_ws('|', prepay_id, cons_no, prepay_amt, prepay_ym, charge_id) || '~')
    end as id_check,
    prepay_id is null as by_content,
    case
        when is_scientific(prepay_id) then 'PREPAY_ID:scientific'
        when cons_no is null then 'CONS_NO:missing'
        when is_scientific(cons_no) then 'CONS_NO:scientific'
        when is_worded(cons_no) then 'CONS_NO:words'
        when fen_of(prepay_amt, unit) is null then 'PREPAY_AMT:' || amount_fault(prepay_amt)
        when prepay_ym is not null and month_of(prepay_ym) is null then 'PREPAY_YM:not_a_month'
    end as bad
from bared;
