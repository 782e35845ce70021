days as (
    select
        unnest($days::date[]) as day,
        unnest($deadlines::date[]) as deadline,
        unnest($closed_months::integer[]) as closed_month
),

open_then as (
    select
        days.day,
        days.deadline,
        spell.bill_key,
        spell.cons_key,
        spell.segment_key,
        spell.open,
        if(spell.to_on > days.deadline, spell.open, 0) as kept,
        spell.bill_year >= days.closed_month // 100 as counts,
        (days.closed_month // 100 - spell.rcvbl_ym // 100) * 12
        + days.closed_month % 100 - spell.rcvbl_ym % 100 as lag
    from held.lasting as spell
    inner join days
        on spell.from_on <= days.day and spell.to_on > days.day and spell.rcvbl_ym <= days.closed_month
),

-- what a part payment in between left of them, or its reversal
kept_later as (
    select
        days.day,
        spell.bill_key,
        spell.open as kept_later
    from held.lasting as spell
    inner join days
        on spell.from_on > days.day and spell.from_on <= days.deadline and spell.to_on > days.deadline
),

owing as (
    select
        open_then.day,
        open_then.deadline,
        open_then.cons_key,
        open_then.segment_key,
        max(open_then.lag) as lag,
        coalesce(sum(open_then.open) filter (where open_then.counts), 0)::bigint as open,
        coalesce(sum(open_then.kept + coalesce(kept_later.kept_later, 0)) filter (where open_then.counts), 0)::bigint
            as kept
    from open_then
    left join kept_later on open_then.day = kept_later.day and open_then.bill_key = kept_later.bill_key
    group by all
),

-- a customer is in one cell, by all that they hold, whichever of it the scope asks about
celled as (
    select
        *,
        max(lag) over (partition by day, cons_key) as oldest,
        sum(open) over (partition by day, cons_key) as held
    from owing
)
