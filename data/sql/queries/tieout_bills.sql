-- Bills by what the readings of a report tell apart, one row per unit and flags, sums in fen; with $each one row per bill,
-- of those whose kind is one of $kinds in the unit $org.
with
-- include: tieout_segments
-- include: tieout_flags
-- include: tieout_lines
,

balances as (
    select
        bill_key,
        coalesce(sum(open) filter (where from_on <= $as_of and to_on > $as_of), 0) as open,
        coalesce(sum(open) filter (where from_on < make_date($year_a, 1, 1) and to_on >= make_date($year_a, 1, 1)), 0)
            as base_a,
        coalesce(sum(open) filter (where from_on < make_date($year_p, 1, 1) and to_on >= make_date($year_p, 1, 1)), 0)
            as base_p
    from fct_balance
    where from_on <= $as_of and to_on >= make_date($year_a, 1, 1)
    group by bill_key
),

unbilled as (
    select
        lines.bill_key,
        sum(lines.applied) filter (where lines.by_asof) as received
    from lines
    inner join flagged on lines.bill_key = flagged.bill_key
    where not flagged.is_billed
    group by lines.bill_key
)

select
    case when $each then flagged.bill_key else 0 end as bill_key,
    flagged.org_no,
    columns('^(kind|part_.*|instalment|kind_05|invisible|refund|late|written_off)$'),
    count(*) as bills,
    sum(flagged.amount)::bigint as amount,
    sum(
        case
            when flagged.amount <= 0 then 0
            when not flagged.is_billed then flagged.amount - coalesce(unbilled.received, 0)
            when flagged.written_off then flagged.amount - flagged.collected
            else coalesce(balances.open, 0)
        end
    )::bigint as open,
    coalesce(sum(balances.base_a), 0)::bigint as base_a,
    coalesce(sum(balances.base_p), 0)::bigint as base_p
from flagged
left join balances on flagged.bill_key = balances.bill_key
left join unbilled on flagged.bill_key = unbilled.bill_key
where
    not $each
    or (starts_with(flagged.org_no, $org) and flagged.kind in (select unnest($kinds::bigint[])))
group by all
