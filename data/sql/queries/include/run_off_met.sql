-- include: lasting

-- slow_bits: of held.debtor.slow_months, those of the twelve months before the day's, from the place slow_from on
days as (
    select
        day,
        deadline,
        closed_month,
        if(newest < 0, 0, ((1::bigint << greatest(newest, 0)) - 1) * 2 + 1) as slow_bits,
        greatest(newest - 11, 0) as slow_from
    from (
        select
            asked.*,
            least(
                year(asked.day) * 12 + month(asked.day) + 59 - year(meta_facts.last_issue) * 12
                - month(meta_facts.last_issue),
                62
            ) as newest
        from (
            select
                unnest($days::date[]) as day,
                unnest($deadlines::date[]) as deadline,
                unnest($closed_months::integer[]) as closed_month
        ) as asked
        cross join meta_facts
    ) as placed
),

met as (
    select
        days.day,
        spell.cons_key,
        spell.segment_key,
        if(spell.bill_year = days.closed_month // 100, spell.open, 0) as open,
        if(spell.bill_year = days.closed_month // 100 and spell.to_on > days.deadline, spell.open, 0) as kept,
        (days.closed_month // 100 - spell.rcvbl_ym // 100) * 12
        + days.closed_month % 100 - spell.rcvbl_ym % 100 as lag,
        spell.due_on < days.day as is_due
    from lasting as spell
    inner join days
        on spell.from_on <= days.day and spell.to_on > days.day and spell.rcvbl_ym <= days.closed_month
    union all
    -- what a part payment in between left of them, or its reversal
    select
        days.day,
        later.cons_key,
        later.segment_key,
        0 as open,
        later.open as kept,
        0 as lag,
        false as is_due
    from lasting as later
    inner join days
        on
            later.from_on > days.day and later.from_on <= days.deadline and later.to_on > days.deadline
            and later.rcvbl_ym <= days.closed_month and later.bill_year = days.closed_month // 100
    where
        later.follows and exists (
            select 1
            from lasting as spell
            where spell.bill_key = later.bill_key and spell.from_on <= days.day and spell.to_on > days.day
        )
)
