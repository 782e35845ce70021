-- Household months by what the readings tell apart, one row per unit and kind of bills, and for each pair that has
-- bills of several units or kinds one row of each. A pair belongs to the unit of its first billed bill.
with
-- include: tieout_segments
-- include: tieout_flags
-- include: tieout_pair_rows

named as (
    select
        cons_key,
        rcvbl_ym
    from mixed_rows
    group by cons_key, rcvbl_ym
    having count(*) > 1
),

owner_bills as (
    select
        mixed_bills.*,
        fct_bill.bill_no
    from mixed_bills
    inner join named on mixed_bills.cons_key = named.cons_key and mixed_bills.rcvbl_ym = named.rcvbl_ym
    inner join fct_bill on mixed_bills.bill_key = fct_bill.bill_key
),

-- include: tieout_pair_owners
,

told as (
    select
        owned.cons_key::bigint * 1000000 + owned.rcvbl_ym as pair,
        coalesce(owned.org_no, mixed_rows.org_no) as org_no,
        mixed_rows.kind,
        mixed_rows.amount
    from mixed_rows
    left join owned on mixed_rows.cons_key = owned.cons_key and mixed_rows.rcvbl_ym = owned.rcvbl_ym
    union all by name
    select
        org_no,
        kind,
        amount
    from sole_rows
)

select
    pair,
    org_no,
    kind,
    sum(amount)::bigint as amount,
    count(*) filter (where amount > 0) as pairs
from told
group by pair, org_no, kind
