-- Lines of open owed bills on the as-of date, one row per bill, instalment and part of it: what is in transit is locked, its
-- own bill's first, then the customer's oldest; a bill that lies in a batch is locked as a whole. A bill that a plan divides
-- has a line for each instalment, missed ones first, due on the plan's day but not before its issue. Of a bill whose
-- principal is paid and whose late fee is not, a line without principal. Money in fen.
with
-- include: who
-- include: spells
,

-- include: bill_marks
,
-- include: bill_divided
,
-- include: bill_lines
,
-- include: bill_locked
,

halves as (
    select
        cons_key,
        bill_key,
        rcvbl_ym,
        due_on,
        locked_part as principal_open,
        true as locked,
        0 as fee_open
    from parts
    where locked_part > 0
    union all
    select
        cons_key,
        bill_key,
        rcvbl_ym,
        due_on,
        (open - locked_part)::bigint as principal_open,
        false as locked,
        0 as fee_open
    from parts
    where open > locked_part
    union all
    select
        fct_bill.cons_key,
        fct_bill.bill_key,
        fct_bill.rcvbl_ym,
        fct_bill.due_on,
        0 as principal_open,
        false as locked,
        marked.fee_open
    from marked
    inner join fct_bill on marked.bill_key = fct_bill.bill_key
    inner join dim_customer as items on fct_bill.cons_key = items.cons_key
    inner join segments on fct_bill.segment_key = segments.segment_key
    -- include: customer_filter
    anti join spells on fct_bill.bill_key = spells.bill_key
    where
        marked.fee_open > 0
        and fct_bill.is_owed
        and fct_bill.issued_on <= $as_of::date
        and (fct_bill.written_off_on is null or fct_bill.written_off_on > $as_of::date)
)

select
    halves.cons_key,
    halves.bill_key,
    halves.rcvbl_ym,
    halves.due_on,
    halves.principal_open::bigint as principal_open,
    halves.locked,
    halves.fee_open::bigint as fee_open,
    marked.fee_from,
    if(
        marked.instalment is null, halves.bill_key,
        min(halves.bill_key) filter (where marked.instalment is not null) over (
            partition by halves.cons_key, halves.rcvbl_ym
        )
    ) as counted_as
from halves
left join marked on halves.bill_key = marked.bill_key
order by halves.cons_key, halves.due_on, halves.bill_key, halves.locked;
