-- Money in transit with their faults, one row per record read.
create or replace table staging.typed_in_transit as
with bared as (
    select
        file_no,
        line,
        unit,
        id_of(cashchk_id) as cashchk_id,
        id_of(charge_id) as charge_id,
        id_of(rcvbl_amt_id) as rcvbl_amt_id,
        bare(cons_no) as cons_no,
        bare(cashchk_amt) as cashchk_amt,
        bare(cashchk_date) as cashchk_date,
        bare(dispose_date) as dispose_date
    from text_a_cashchk_flow
)

select
    file_no,
    line,
    key_of(rcvbl_amt_id) as bill_key,
    cons_no,
    fen_of(cashchk_amt, unit) as amount,
    day_of(cashchk_date) as checked_on,
    day_of(dispose_date) as disposed_on,
    case
        when cashchk_id is not null then key_of(cashchk_id) else
            text_key(
                concat_ws('|', cashchk_id, charge_id, rcvbl_amt_id, cons_no, cashchk_amt, cashchk_date, dispose_date)
            )
    end as id_key,
    case
        when cashchk_id is not null then check_of(cashchk_id) else
            hash(
                concat_ws('|', cashchk_id, charge_id, rcvbl_amt_id, cons_no, cashchk_amt, cashchk_date, dispose_date)
                || '~'
            )
    end as id_check,
    cashchk_id is null as by_content,
    case
        when is_scientific(cashchk_id) then 'CASHCHK_ID:scientific'
        when is_scientific(rcvbl_amt_id) then 'RCVBL_AMT_ID:scientific'
        when is_scientific(cons_no) then 'CONS_NO:scientific'
        when is_worded(cons_no) then 'CONS_NO:words'
        when fen_of(cashchk_amt, unit) is null then 'CASHCHK_AMT:' || amount_fault(cashchk_amt)
        when is_bad_day(cashchk_date, day_of(cashchk_date)) then 'CASHCHK_DATE:not_a_date'
        when is_bad_day(dispose_date, day_of(dispose_date)) then 'DISPOSE_DATE:not_a_date'
    end as bad
from bared;
