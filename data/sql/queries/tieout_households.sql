-- Household months by what readings tell apart, one row per unit and flags, and per pair of several kinds of bills.
-- A pair belongs to the unit of its first billed bill. With $each every pair for itself: those with a kind of $kinds
-- in the unit $org.
with
-- include: tieout_segments
-- include: tieout_flags
,

kinds as (
    select
        cons_key,
        rcvbl_ym,
        org_no,
        part_a,
        part_p,
        part_a_ym,
        part_p_ym,
        instalment,
        kind_05,
        invisible,
        refund,
        late,
        written_off,
        kind,
        sum(amount)::bigint as amount,
        min((not is_billed, issued_on, -amount, bill_no)) as first_bill
    from flagged
    where part_a = 1 or part_p = 1 or part_a_ym = 1 or part_p_ym = 1
    group by all
),

pairs as (
    select
        cons_key,
        rcvbl_ym,
        arg_min(org_no, first_bill) as org_no
    from kinds
    group by cons_key, rcvbl_ym
    having
        case
            when $each then bool_or(kind in (select unnest($kinds::bigint[])))
            else count(*) > 1
        end
)

select
    case when pairs.cons_key is not null then concat(kinds.cons_key, '-', kinds.rcvbl_ym) end as pair,
    case when $each then kinds.cons_key end as cons_key,
    case when $each then kinds.rcvbl_ym end as rcvbl_ym,
    coalesce(pairs.org_no, kinds.org_no) as org_no,
    kinds.* exclude (cons_key, rcvbl_ym, org_no, amount, first_bill),
    sum(kinds.amount)::bigint as amount,
    count(*) filter (where kinds.amount > 0) as pairs
from kinds
left join pairs on kinds.cons_key = pairs.cons_key and kinds.rcvbl_ym = pairs.rcvbl_ym
where not $each or (pairs.cons_key is not null and starts_with(pairs.org_no, $org))
group by all
