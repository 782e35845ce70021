-- What was due of each customer, month by month back from the as-of date, one row per customer; fen. A bill is of the day after its
-- due day, when it is overdue. Month k reaches from the day k months before to that k - 1 months before, 0 is the coming one. Bits say
-- in which months something was due (`billed`), still open then (`late`), and open 28 days after the due day (`long`); no receipt after
-- the as-of date says anything of them.
with
dated as not materialized (
    select
        cons_key,
        year($as_of::date) * 12 + month($as_of::date) - year(due_on + 1) * 12 - month(due_on + 1)
        + (day(due_on + 1) <= day($as_of::date))::integer as back,
        amount,
        least(open_after_due, amount) as late,
        open_after_due > 0
        and (receipts = 0 or coalesce(effective_on > due_on + 28, false)) as is_long
    from fct_bill
    where is_owed and amount > 0 and issued_on <= due_on and issued_on <= $as_of::date
)

select
    dated.cons_key,
    any_value(dim_segment.class) as class,
    bit_or(1::bigint << back) as billed,
    coalesce(bit_or(1::bigint << back) filter (where back > 0 and dated.late > 0), 0) as late,
    coalesce(bit_or(1::bigint << back) filter (where back > 1 and is_long), 0) as long,
    coalesce(sum(dated.amount) filter (where back = 0), 0)::bigint as amount_0,
    coalesce(sum(dated.amount) filter (where back = 1), 0)::bigint as amount_1,
    coalesce(sum(dated.amount) filter (where back = 2), 0)::bigint as amount_2,
    coalesce(sum(dated.amount) filter (where back = 3), 0)::bigint as amount_3,
    coalesce(sum(dated.amount) filter (where back = 4), 0)::bigint as amount_4,
    coalesce(sum(dated.amount) filter (where back = 5), 0)::bigint as amount_5,
    coalesce(sum(dated.amount) filter (where back = 6), 0)::bigint as amount_6,
    coalesce(sum(dated.amount) filter (where back = 7), 0)::bigint as amount_7,
    coalesce(sum(dated.amount) filter (where back = 8), 0)::bigint as amount_8,
    coalesce(sum(dated.amount) filter (where back = 9), 0)::bigint as amount_9,
    coalesce(sum(dated.late) filter (where back = 1), 0)::bigint as late_1,
    coalesce(sum(dated.late) filter (where back = 2), 0)::bigint as late_2,
    coalesce(sum(dated.late) filter (where back = 3), 0)::bigint as late_3,
    coalesce(sum(dated.late) filter (where back = 4), 0)::bigint as late_4,
    coalesce(sum(dated.late) filter (where back = 5), 0)::bigint as late_5,
    coalesce(sum(dated.late) filter (where back = 6), 0)::bigint as late_6,
    bool_or(dim_customer.closed_on <= $as_of::date) is true as is_closed
from dated
inner join dim_customer on dated.cons_key = dim_customer.cons_key
left join dim_segment on dim_customer.segment_key = dim_segment.segment_key
where back between 0 and 40
group by dated.cons_key
order by dated.cons_key;
