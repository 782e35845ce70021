-- Bad debts with their faults, one row per record read.
create or replace table staging.typed_bad_debt as
with bared as (
    select
        file_no,
        line,
        unit,
        id_of(rcvbl_amt_id) as rcvbl_amt_id,
        bare(cons_no) as cons_no,
        bare(owe_amt) as owe_amt,
        bare(appr_date) as appr_date,
        bare(cancel_date) as cancel_date
    from text_a_bad_debt
)

select
    file_no,
    line,
    key_of(rcvbl_amt_id) as bill_key,
    cons_no,
    fen_of(owe_amt, unit) as amount,
    day_of(appr_date) as approved_on,
    day_of(cancel_date) as cancelled_on,
    key_of(rcvbl_amt_id) as id_key,
    check_of(rcvbl_amt_id) as id_check,
    false as by_content,
    case
        when rcvbl_amt_id is null then 'RCVBL_AMT_ID:missing'
        when is_scientific(rcvbl_amt_id) then 'RCVBL_AMT_ID:scientific'
        when is_worded(cons_no) then 'CONS_NO:words'
        when fen_of(owe_amt, unit) is null then 'OWE_AMT:' || amount_fault(owe_amt)
        when is_bad_day(appr_date, day_of(appr_date)) then 'APPR_DATE:not_a_date'
        when is_bad_day(cancel_date, day_of(cancel_date)) then 'CANCEL_DATE:not_a_date'
    end as bad
from bared;
