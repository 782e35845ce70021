-- The pairs of customer and bill month of the unit $org that have bills of the kinds $pairs, one row per pair and kind.
with
-- include: tieout_segments
-- include: tieout_flags
-- include: tieout_pair_rows

pair_rows as (
    select * from mixed_rows
    union all
    select * from sole_rows
),

named as (
    select distinct
        cons_key,
        rcvbl_ym
    from pair_rows
    where kind in (select unnest($pairs::bigint[]))
),

owner_bills as not materialized (select * from pair_bills),

-- include: tieout_pair_owners

select
    owned.cons_key::bigint * 1000000 + owned.rcvbl_ym as pair,
    owned.cons_key,
    owned.rcvbl_ym,
    owned.org_no,
    pair_rows.kind,
    pair_rows.amount,
    (pair_rows.amount > 0)::bigint as pairs
from owned
inner join pair_rows on owned.cons_key = pair_rows.cons_key and owned.rcvbl_ym = pair_rows.rcvbl_ym
where starts_with(owned.org_no, $org)
