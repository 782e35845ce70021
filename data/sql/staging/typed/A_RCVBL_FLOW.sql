-- Receivables with their faults, one row per record read.
create or replace table staging.typed_bill as
with bared as (
    select
        * replace (
            id_of(rcvbl_amt_id) as rcvbl_amt_id, id_of(calc_id) as calc_id, bare(amt_type) as amt_type,
            bare(rcvbl_ym) as rcvbl_ym, bare(cons_no) as cons_no, bare(org_no) as org_no,
            bare(pay_mode) as pay_mode, bare(settle_flag) as settle_flag,
            bare(penalty_bgn_date) as penalty_bgn_date, bare(release_date) as release_date,
            bare(invisible_flag) as invisible_flag, bare(cons_sort_code) as cons_sort_code,
            bare(elec_type_code) as elec_type_code, bare(effec_date) as effec_date
        )
    from text_a_rcvbl_flow
),

valued as (
    select
        *,
        key_of(rcvbl_amt_id) as bill_key,
        month_of(rcvbl_ym) as ym,
        number_of(t_pq) as kwh,
        fen_of(rcvbl_amt, unit) as amount,
        fen_of(rcved_amt, unit) as received_by_extract,
        day_of(penalty_bgn_date) as penalty_from,
        fen_of(rcvbl_penalty, unit) as penalty,
        fen_of(rcved_penalty, unit) as penalty_received,
        day_of(release_date) as released_on
    from bared
)

select
    file_no,
    line,
    if(bill_key >= 0, null, rcvbl_amt_id) as other_no,
    rcvbl_amt_id is not null as has_number,
    cons_no,
    org_no,
    ym as rcvbl_ym,
    amt_type,
    pay_mode,
    kwh,
    amount,
    received_by_extract,
    settle_flag,
    penalty_from,
    released_on,
    coalesce(is_yes(invisible_flag), false) as invisible,
    key_of(calc_id) as calc_id,
    cons_sort_code as cons_sort,
    elec_type_code as elec_type,
    extract_on,
    coalesce(bill_key, negative_key(hash(cons_no, ym, amt_type, amount, kwh, calc_id, released_on))) as id_key,
    case
        when bill_key >= 0 then null
        when bill_key < 0 then hash(rcvbl_amt_id || '~')
        else hash(released_on, calc_id, kwh, amount, amt_type, ym, cons_no)
    end as id_check,
    bill_key is null as by_content,
    case
        when is_scientific(rcvbl_amt_id) then 'RCVBL_AMT_ID:scientific'
        when cons_no is null then 'CONS_NO:missing'
        when is_scientific(cons_no) then 'CONS_NO:scientific'
        when is_worded(cons_no) then 'CONS_NO:words'
        when rcvbl_ym is null then 'RCVBL_YM:missing'
        when ym is null then 'RCVBL_YM:not_a_month'
        when amount is null then 'RCVBL_AMT:' || amount_fault(rcvbl_amt)
        when received_by_extract is null and bare(rcved_amt) is not null
            then 'RCVED_AMT:' || amount_fault(rcved_amt)
        when penalty is null and bare(rcvbl_penalty) is not null
            then 'RCVBL_PENALTY:' || amount_fault(rcvbl_penalty)
        when penalty_received is null and bare(rcved_penalty) is not null
            then 'RCVED_PENALTY:' || amount_fault(rcved_penalty)
        when is_bad_flag(invisible_flag) then 'INVISIBLE_FLAG:not_yes_or_no'
        when kwh is null and bare(t_pq) is not null then 'T_PQ:not_a_number'
        when is_bad_day(penalty_bgn_date, penalty_from) then 'PENALTY_BGN_DATE:not_a_date'
        when is_bad_day(release_date, released_on) then 'RELEASE_DATE:not_a_date'
        when is_bad_day(effec_date, day_of(effec_date)) then 'EFFEC_DATE:not_a_date'
        when is_years_ahead(released_on, extract_on) then 'RELEASE_DATE:years_ahead'
    end as bad
from valued;
