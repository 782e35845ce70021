-- Prepaid balances with their faults, one row per record read.
create or replace table staging.typed_prepaid_balance as
with bared as (
    select
        file_no,
        line,
        unit,
        id_of(acct_bal_id) as acct_bal_id,
        bare(cons_no) as cons_no,
        bare(bal_type) as bal_type,
        bare(prepay_bal) as prepay_bal,
        bare(freeze_amt) as freeze_amt,
        bare(check_amt) as check_amt,
        bare(transit_note_bal) as transit_note_bal
    from text_a_acct_bal
),

named as (
    select
        *,
        case
            when acct_bal_id is not null then concat('account|', acct_bal_id)
            when bal_type is not null then concat_ws('|', 'x', cons_no, bal_type)
            else cons_no
        end as identity
    from bared
)

select
    file_no,
    line,
    cons_no,
    bal_type,
    fen_of(prepay_bal, unit) as amount,
    fen_of(freeze_amt, unit) as frozen,
    fen_of(check_amt, unit) as checked,
    fen_of(transit_note_bal, unit) as transit_note,
    key_of(identity) as id_key,
    check_of(identity) as id_check,
    false as by_content,
    case
        when cons_no is null then 'CONS_NO:missing'
        when is_scientific(cons_no) then 'CONS_NO:scientific'
        when is_worded(cons_no) then 'CONS_NO:words'
        when is_scientific(acct_bal_id) then 'ACCT_BAL_ID:scientific'
        when fen_of(prepay_bal, unit) is null then 'PREPAY_BAL:' || amount_fault(prepay_bal)
        when freeze_amt is not null and fen_of(freeze_amt, unit) is null then 'FREEZE_AMT:' || amount_fault(freeze_amt)
        when check_amt is not null and fen_of(check_amt, unit) is null then 'CHECK_AMT:' || amount_fault(check_amt)
        when transit_note_bal is not null and fen_of(transit_note_bal, unit) is null then 'TRANSIT_NOTE_BAL:' || amount_fault(transit_note_bal)
    end as bad
from named;
