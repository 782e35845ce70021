-- Household months by what the readings tell apart, one row per unit and kind of bills, and for each pair that has
-- bills of several units or kinds one row of each. A pair belongs to the unit of its first billed bill.
with
-- include: tieout_segments
-- include: tieout_flags
-- include: tieout_pair_rows
,

named as (
    select
        cons_key,
        rcvbl_ym
    from pair_rows
    group by cons_key, rcvbl_ym
    having count(*) > 1
),

-- include: tieout_pair_owners

select
    owned.cons_key::bigint * 1000000 + owned.rcvbl_ym as pair,
    coalesce(owned.org_no, pair_rows.org_no) as org_no,
    pair_rows.kind,
    sum(pair_rows.amount)::bigint as amount,
    count(*) filter (where pair_rows.amount > 0) as pairs
from pair_rows
left join owned on pair_rows.cons_key = owned.cons_key and pair_rows.rcvbl_ym = owned.rcvbl_ym
group by all
