-- Receipt lines by what readings tell apart, one row per unit and flags, sums in fen; with $each per bill
-- and flags, of those whose kind is one of $kinds in the unit $org.
with
-- include: tieout_segments
-- include: tieout_flags
-- include: tieout_lines
,

kinds as (
    select
        lines.*,
        flagged.* exclude (bill_key, kind),
        128 * flagged.kind + lines.by_asof::integer + 2 * lines.by_day::integer + 4 * lines.by_month::integer
        + 8 * lines.since_a::integer + 16 * lines.since_p::integer + 32 * lines.reversal::integer
        + 64 * lines.setoff::integer as kind
    from lines
    inner join flagged on lines.bill_key = flagged.bill_key
    where lines.by_asof or lines.by_month
)

select
    case when $each then bill_key else 0 end as bill_key,
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
    by_asof,
    by_day,
    by_month,
    since_a,
    since_p,
    reversal,
    setoff,
    kind,
    count(*) as lines,
    sum(case when is_billed or amount > 0 then applied else 0 end)::bigint as applied,
    sum(excess)::bigint as excess,
    sum(recovered)::bigint as recovered
from kinds
where
    not $each
    or (starts_with(org_no, $org) and kind in (select unnest($kinds::bigint[])))
group by all
