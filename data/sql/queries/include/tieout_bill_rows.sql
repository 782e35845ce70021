,

-- What is and was open on bills with several receipts; of the others their own row tells it.
balances as (
    select
        bill_key,
        coalesce(sum(open) filter (where from_on <= $as_of and to_on > $as_of), 0) as open,
        coalesce(sum(open) filter (where from_on < make_date($year_a, 1, 1) and to_on >= make_date($year_a, 1, 1)), 0)
            as base_a,
        coalesce(sum(open) filter (where from_on < make_date($year_p, 1, 1) and to_on >= make_date($year_p, 1, 1)), 0)
            as base_p
    from fct_balance
    where
        from_on <= $as_of and to_on >= make_date($year_a, 1, 1)
        and bill_key in (select flagged.bill_key from flagged where flagged.receipts > 1)
    group by bill_key
),

unbilled as (
    select
        lines.bill_key,
        sum(lines.applied) as received
    from lines
    inner join flagged on lines.bill_key = flagged.bill_key
    where not flagged.is_billed and lines.effective_on <= $as_of
    group by lines.bill_key
),

-- What a bill with one receipt or none leaves open once that has come.
plain as not materialized (
    select
        *,
        is_billed and amount > 0 and receipts < 2 as bears,
        greatest(amount - received, 0) as rest
    from flagged
    where receipts < 2
),

-- The bills with what is and was open on them, one row per bill; fen.
bill_rows as not materialized (
    select
        bill_key,
        org_no,
        kind,
        amount,
        case
            when amount <= 0 then 0
            when not is_billed then amount - if(effective_on <= $as_of, received, 0)
            when written_off then amount - collected
            when effective_on <= $as_of then rest
            else amount
        end as open,
        case
            when not bears or issued_on >= make_date($year_a, 1, 1) or written_off_on < make_date($year_a, 1, 1) then 0
            when effective_on < make_date($year_a, 1, 1) then rest
            else amount
        end as base_a,
        case
            when not bears or issued_on >= make_date($year_p, 1, 1) or written_off_on < make_date($year_p, 1, 1) then 0
            when effective_on < make_date($year_p, 1, 1) then rest
            else amount
        end as base_p
    from plain
    union all
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
    where flagged.receipts > 1
)
