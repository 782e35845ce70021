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
        bare(prepay_bal) as prepay_bal
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
    key_of(identity) as id_key,
    check_of(identity) as id_check,
    false as by_content,
    case
        when cons_no is null then 'CONS_NO:missing'
        when is_scientific(cons_no) then 'CONS_NO:scientific'
        when is_worded(cons_no) then 'CONS_NO:words'
        when is_scientific(acct_bal_id) then 'ACCT_BAL_ID:scientific'
        when fen_of(prepay_bal, unit) is null then 'PREPAY_BAL:' || amount_fault(prepay_bal)
    end as bad
from named;
