,

balances as (
    select
        bill_key,
        coalesce(sum(open) filter (where from_on <= $as_of and to_on > $as_of), 0) as open,
        coalesce(sum(open) filter (where from_on < make_date($year_a, 1, 1) and to_on >= make_date($year_a, 1, 1)), 0)
            as base_a,
        coalesce(sum(open) filter (where from_on < make_date($year_p, 1, 1) and to_on >= make_date($year_p, 1, 1)), 0)
            as base_p
    from fct_balance
    where from_on <= $as_of and to_on >= make_date($year_a, 1, 1)
    group by bill_key
),

unbilled as (
    select
        lines.bill_key,
        sum(lines.applied) filter (where lines.by_asof) as received
    from lines
    inner join flagged on lines.bill_key = flagged.bill_key
    where not flagged.is_billed
    group by lines.bill_key
),

-- The bills with what is and was open on them, one row per bill; fen.
bill_rows as (
    select
        flagged.bill_key,
        flagged.org_no,
        flagged.kind,
        flagged.amount,
        case
            when flagged.amount <= 0 then 0
            when not flagged.is_billed then flagged.amount - coalesce(unbilled.received, 0)
            when flagged.written_off then flagged.amount - flagged.collected
            else coalesce(balances.open, 0)
        end as open,
        coalesce(balances.base_a, 0) as base_a,
        coalesce(balances.base_p, 0) as base_p
    from flagged
    left join balances on flagged.bill_key = balances.bill_key
    left join unbilled on flagged.bill_key = unbilled.bill_key
)
