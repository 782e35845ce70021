-- Receipt lines by what the readings of a report tell apart, one row per unit and kind; sums in fen.
with
-- include: tieout_segments
-- include: tieout_flags
-- include: tieout_lines
-- include: tieout_line_rows

select
    org_no,
    kind,
    count(*) as lines,
    sum(applied)::bigint as applied,
    sum(excess)::bigint as excess,
    sum(recovered)::bigint as recovered
from line_rows
group by org_no, kind
