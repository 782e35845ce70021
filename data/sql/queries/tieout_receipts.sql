-- Receipt lines by what readings tell apart, one row per unit and flags ($each: per bill and flags); sums in fen.
with
-- include: tieout_segments
-- include: tieout_flags
-- include: tieout_lines
select
    case when $each then flagged.bill_key else 0 end as bill_key,
    flagged.org_no,
    flagged.part_a,
    flagged.part_p,
    flagged.part_a_ym,
    flagged.part_p_ym,
    flagged.instalment,
    flagged.kind_05,
    flagged.invisible,
    flagged.refund,
    flagged.late,
    flagged.written_off,
    lines.by_asof,
    lines.by_day,
    lines.by_month,
    lines.since_a,
    lines.since_p,
    lines.reversal,
    lines.setoff,
    count(*) as lines,
    sum(case when flagged.is_billed or flagged.amount > 0 then lines.applied else 0 end)::bigint as applied,
    sum(lines.excess)::bigint as excess,
    sum(lines.recovered)::bigint as recovered
from lines
inner join flagged on lines.bill_key = flagged.bill_key
where lines.by_asof or lines.by_month
group by all
