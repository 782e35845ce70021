-- Where the balance of $then was on the as-of date, one row per (from_bucket, to_bucket): fen; what is no more open has
-- the bucket -1 (settled) or -2 (written off).
with
-- include: who
-- include: alive_then
,

-- include: spells
,

moves as (
    select
        then_alive.bill_key,
        then_alive.open as open_then,
        least(coalesce(spells.open, 0), then_alive.open) as open_now,
        len(list_filter($edges::integer[], lambda e: ($then::date - then_alive.due_on) > e))::integer as from_bucket,
        len(list_filter($edges::integer[], lambda e: spells.days > e))::integer as still_bucket
    from then_alive
    inner join segments on then_alive.segment_key = segments.segment_key
    -- include: customer_then
    left join spells on then_alive.bill_key = spells.bill_key
),

gone as (
    select
        bill_key,
        open > 0 as is_written_off
    from fct_written_off
    where written_off_on <= $as_of
)

select
    moves.from_bucket,
    moves.still_bucket as to_bucket,
    sum(moves.open_now)::bigint as amount
from moves
where moves.open_now > 0
group by all
union all
select
    moves.from_bucket,
    case when coalesce(gone.is_written_off, false) then -2 else -1 end::integer as to_bucket,
    sum(moves.open_then - moves.open_now)::bigint as amount
from moves
left join gone on moves.bill_key = gone.bill_key
where moves.open_then > moves.open_now
group by all
order by 1, 2;
