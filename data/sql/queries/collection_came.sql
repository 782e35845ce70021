-- What was overdue on $then of each customer, and what of it was collected by the as-of date: one row per customer, fen.
-- What was written off did not come.
with
-- include: who
-- include: alive_then
,

-- include: spells
,

moves as (
    select
        then_alive.cons_key,
        then_alive.open as owed,
        then_alive.open - least(coalesce(spells.open, 0), then_alive.open) as gone,
        if(written_off.written_off_on <= $as_of, greatest(written_off.open, 0), 0) as written_off
    from then_alive
    inner join segments on then_alive.segment_key = segments.segment_key
    -- include: customer_then
    left join spells on then_alive.bill_key = spells.bill_key
    left join fct_written_off as written_off on then_alive.bill_key = written_off.bill_key
    where then_alive.due_on < $then::date
)

select
    moves.cons_key,
    any_value(dim_customer.cons_no) as cons_no,
    sum(moves.owed)::bigint as owed,
    sum(moves.gone - least(moves.written_off, moves.gone))::bigint as came
from moves
inner join dim_customer on moves.cons_key = dim_customer.cons_key
group by moves.cons_key
order by moves.cons_key;
