credit_reversal as (
    select
        cons_key,
        count(*) as reversals
    from fct_receipt
    where
        amount < 0
        and effective_on <= $as_of::date
        and effective_on > ($as_of::date - interval 1 year)::date
    group by cons_key
),

plans as (
    select
        fct_instalment.cons_key,
        fct_instalment.rcvbl_ym,
        fct_instalment.due_on,
        fct_instalment.planned_by_then,
        sum(fct_bill.billed) as billed
    from fct_instalment
    inner join fct_bill
        on fct_instalment.cons_key = fct_bill.cons_key and fct_instalment.rcvbl_ym = fct_bill.rcvbl_ym
    where
        fct_bill.is_billed
        and fct_instalment.due_on < $as_of::date
        and fct_instalment.due_on > ($as_of::date - interval 1 year)::date
        and fct_bill.issued_on <= fct_instalment.due_on
    group by fct_instalment.cons_key, fct_instalment.rcvbl_ym, fct_instalment.due_on, fct_instalment.planned_by_then
),

judged as (
    select
        plans.cons_key,
        plans.due_on,
        any_value(plans.billed) - any_value(plans.planned_by_then) as allowed,
        coalesce(sum(fct_balance.open), 0) as open
    from plans
    left join fct_balance
        on
            plans.cons_key = fct_balance.cons_key
            and plans.rcvbl_ym = fct_balance.rcvbl_ym
            and fct_balance.from_on <= plans.due_on + 1
            and fct_balance.to_on > plans.due_on + 1
    group by plans.cons_key, plans.rcvbl_ym, plans.due_on, plans.planned_by_then
),

credit_promise as (
    select
        cons_key,
        count(*) as promises_due,
        count(*) filter (where open > greatest(allowed, 0)) as promises_broken
    from judged
    group by cons_key
),

credit_prepaid as (
    select
        cons_key,
        sum(amount)::bigint as prepaid_12m
    from fct_prepay_month
    where -- only the month is told: months that have ended by the day
        prepay_ym < year($as_of::date + 1) * 100 + month($as_of::date + 1)
        and prepay_ym >= (year($as_of::date + 1) - 1) * 100 + month($as_of::date + 1)
    group by cons_key
)
