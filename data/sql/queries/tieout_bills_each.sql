-- The bills of the unit $org of which an amount counts for a cause, that is of the kinds named for it, one row per bill.
with
-- include: tieout_segments
-- include: tieout_flags
-- include: tieout_lines
-- include: tieout_bill_rows

select
    bill_key,
    org_no,
    kind,
    amount,
    open::bigint as open,
    base_a::bigint as base_a,
    base_p::bigint as base_p
from bill_rows
where
    starts_with(org_no, $org)
    and kind in (select unnest($amount::bigint[] || $open::bigint[] || $base_a::bigint[] || $base_p::bigint[]))
    and (
        (amount <> 0 and kind in (select unnest($amount::bigint[])))
        or (open <> 0 and kind in (select unnest($open::bigint[])))
        or (base_a <> 0 and kind in (select unnest($base_a::bigint[])))
        or (base_p <> 0 and kind in (select unnest($base_p::bigint[])))
    )
