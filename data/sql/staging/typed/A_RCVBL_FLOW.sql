-- Receivables with their faults, one row per record read.
create or replace table staging.typed_bill as
with bared as (
    select
        file_no, line, unit, extract_on,
        rcvbl_amt, rcved_amt, rcvbl_penalty, rcved_penalty, t_pq,
        bare(rcvbl_amt_id) as id,
        bare(calc_id) as calc_id,
        bare(amt_type) as amt_type,
        bare(rcvbl_ym) as ym,
        bare(cons_no) as cons_no,
        bare(org_no) as org_no,
        bare(pay_mode) as pay_mode,
        bare(status_code) as status_code,
        bare(settle_flag) as settle_flag,
        bare(penalty_bgn_date) as penalty_bgn_date,
        bare(risk_level_code) as risk_level,
        bare(release_date) as release_date,
        bare(invisible_flag) as invisible_flag,
        bare(cons_sort_code) as cons_sort,
        bare(elec_type_code) as elec_type,
        bare(ctl_mode) as ctl_mode,
        bare(mr_sect_no) as sect_no
    from text_a_rcvbl_flow
)

select
    file_no, line, id as bill_no, cons_no, org_no,
    month_of(ym) as rcvbl_ym,
    amt_type, pay_mode,
    number_of(t_pq) as kwh,
    fen_of(rcvbl_amt, unit) as amount,
    fen_of(rcved_amt, unit) as received_by_extract,
    settle_flag, status_code,
    day_of(penalty_bgn_date) as penalty_from,
    fen_of(rcvbl_penalty, unit) as penalty,
    fen_of(rcved_penalty, unit) as penalty_received,
    risk_level,
    day_of(release_date) as released_on,
    coalesce(invisible_flag not in ('0', '00', 'N', '否'), false) as invisible,
    calc_id, cons_sort, elec_type, ctl_mode, sect_no, extract_on,
    case
        when id is not null then key_of(id)
        else text_key(concat_ws('|', cons_no, ym, amt_type, rcvbl_amt, t_pq, calc_id, release_date))
    end as id_key,
    case
        when id is not null then check_of(id)
        else hash(concat_ws('~', cons_no, ym, amt_type, rcvbl_amt, t_pq, calc_id, release_date))
    end as id_check,
    id is null as by_content,
    case
        when is_scientific(id) then 'RCVBL_AMT_ID:scientific'
        when cons_no is null then 'CONS_NO:missing'
        when is_scientific(cons_no) then 'CONS_NO:scientific'
        when ym is null then 'RCVBL_YM:missing'
        when month_of(ym) is null then 'RCVBL_YM:not_a_month'
        when fen_of(rcvbl_amt, unit) is null then 'RCVBL_AMT:' || amount_fault(rcvbl_amt, unit)
        when bare(rcved_amt) is not null and fen_of(rcved_amt, unit) is null
            then 'RCVED_AMT:' || amount_fault(rcved_amt, unit)
        when bare(rcvbl_penalty) is not null and fen_of(rcvbl_penalty, unit) is null
            then 'RCVBL_PENALTY:' || amount_fault(rcvbl_penalty, unit)
        when bare(rcved_penalty) is not null and fen_of(rcved_penalty, unit) is null
            then 'RCVED_PENALTY:' || amount_fault(rcved_penalty, unit)
        when bare(t_pq) is not null and number_of(t_pq) is null then 'T_PQ:not_a_number'
        when penalty_bgn_date is not null and day_of(penalty_bgn_date) is null
            then 'PENALTY_BGN_DATE:not_a_date'
        when release_date is not null and day_of(release_date) is null then 'RELEASE_DATE:not_a_date'
    end as bad
from bared;
