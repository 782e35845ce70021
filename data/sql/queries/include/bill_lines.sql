due_line as (
    select
        spells.cons_key,
        spells.bill_key,
        spells.rcvbl_ym,
        planned.due_on,
        planned.open
    from planned
    inner join spells on planned.bill_key = spells.bill_key
    union all
    select
        spells.cons_key,
        spells.bill_key,
        spells.rcvbl_ym,
        spells.due_on,
        spells.open - coalesce(met.open, 0) as open
    from spells
    left join (
        select
            bill_key,
            sum(open) as open
        from planned
        group by bill_key
    ) as met on spells.bill_key = met.bill_key
    where spells.open > coalesce(met.open, 0)
)
