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
        moves.from_bucket,
        moves.open_then - moves.open_now as open_no_more,
        case
            when written_off.written_off_on <= $as_of
                then least(greatest(written_off.open, 0), moves.open_then - moves.open_now)
            else 0
        end as written_off
    from moves
    left join fct_written_off as written_off on moves.bill_key = written_off.bill_key
)

select
    from_bucket,
    still_bucket as to_bucket,
    sum(open_now)::bigint as amount
from moves
where open_now > 0
group by all
union all
select
    from_bucket,
    -1 as to_bucket,
    sum(open_no_more - written_off)::bigint as amount
from gone
where open_no_more > written_off
group by all
union all
select
    from_bucket,
    -2 as to_bucket,
    sum(written_off)::bigint as amount
from gone
where written_off > 0
group by all
order by 1, 2;
