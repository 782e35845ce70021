-- Prepaid balances with their faults, one row per record read.
create or replace table staging.typed_prepaid_balance as
with bared as (
    select
        file_no,
        line,
        unit,
        bare(cons_no) as cons_no,
        bare(prepay_bal) as prepay_bal
    from text_a_acct_bal
)

select
    file_no,
    line,
    cons_no,
    fen_of(prepay_bal, unit) as amount,
    key_of(cons_no) as id_key,
    check_of(cons_no) as id_check,
    false as by_content,
    case
        when cons_no is null then 'CONS_NO:missing'
        when is_scientific(cons_no) then 'CONS_NO:scientific'
        when fen_of(prepay_bal, unit) is null then 'PREPAY_BAL:' || amount_fault(prepay_bal)
    end as bad
from bared;
