-- Bills by what the readings of a report tell apart, one row per unit and kind; sums in fen.
with
-- include: tieout_segments
-- include: tieout_flags
-- include: tieout_lines
-- include: tieout_bill_rows

select
    org_no,
    kind,
    count(*) as bills,
    sum(amount)::bigint as amount,
    sum(open)::bigint as open,
    sum(base_a)::bigint as base_a,
    sum(base_p)::bigint as base_p
from bill_rows
group by org_no, kind
