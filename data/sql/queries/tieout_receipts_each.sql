-- The receipt lines on bills of the unit $org of which an amount counts for a cause, that is of the kinds named for it,
-- one row per line.
with
-- include: tieout_segments
-- include: tieout_flags
-- include: tieout_lines
-- include: tieout_line_rows

select
    bill_key,
    org_no,
    kind,
    applied,
    excess,
    recovered
from line_rows
where
    starts_with(org_no, $org)
    and kind in (select unnest($applied::bigint[] || $excess::bigint[] || $recovered::bigint[]))
    and (
        (applied <> 0 and kind in (select unnest($applied::bigint[])))
        or (excess <> 0 and kind in (select unnest($excess::bigint[])))
        or (recovered <> 0 and kind in (select unnest($recovered::bigint[])))
    )
