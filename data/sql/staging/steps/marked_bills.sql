-- What collection asks of few bills beside what they owe, one row per record that says any of it: until when the late fee
-- is deferred, whether the bill is locked in a batch, which instalment it is, what of the fee is open. Codes of the state
-- are 0 where nothing is locked, or 1 where they are counted from 1.
create or replace table staging.stg_marked_bill as
with bared as (
    select
        file_no,
        line,
        unit,
        bare(effec_date) as effec_date,
        bare(status_code) as status_code,
        bare(gp_code) as gp_code,
        bare(settle_flag) as settle_flag,
        bare(rcvbl_penalty) as rcvbl_penalty,
        bare(rcved_penalty) as rcved_penalty
    from text_a_rcvbl_flow
),

counted as (
    select coalesce(min(try_cast(status_code as integer)) = 0, true) as from_zero
    from bared
),

said as (
    select
        bared.file_no,
        bared.line,
        day_of(bared.effec_date) as fee_from,
        case
            when try_cast(bared.status_code as integer) is not null
                then bared.status_code::integer > if(counted.from_zero, 0, 1)
            else
                regexp_matches(bared.status_code, '(?i)锁|代扣|走收|托收|在途|locked')
                and not regexp_matches(bared.status_code, '(?i)[非未不解]锁|unlocked')
        end as is_locked,
        if(ltrim(bared.gp_code, '0') = '', null, bared.gp_code) as instalment,
        case
            when coalesce(ltrim(bared.settle_flag, '0') not in ('3', '4'), true)
                then fen_of(bared.rcvbl_penalty, bared.unit) - coalesce(fen_of(bared.rcved_penalty, bared.unit), 0)
        end as fee_open
    from bared
    cross join counted
)

select
    file_no,
    line,
    fee_from,
    coalesce(is_locked, false) as is_locked,
    instalment,
    greatest(coalesce(fee_open, 0), 0) as fee_open
from said
where fee_from is not null or is_locked or instalment is not null or fee_open > 0;
