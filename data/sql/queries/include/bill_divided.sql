divided as (
    select
        fct_instalment.cons_key,
        fct_instalment.rcvbl_ym,
        fct_instalment.due_on,
        fct_instalment.planned_by_then - fct_instalment.amount as planned_before,
        fct_instalment.planned_by_then
    from fct_instalment
    semi join spells on fct_instalment.cons_key = spells.cons_key and fct_instalment.rcvbl_ym = spells.rcvbl_ym
),

month_bill as (
    select
        fct_bill.cons_key,
        fct_bill.rcvbl_ym,
        fct_bill.bill_key,
        fct_bill.issued_on,
        coalesce(spells.open, 0) as open,
        sum(coalesce(spells.open, 0)) over (
            partition by fct_bill.cons_key, fct_bill.rcvbl_ym order by fct_bill.due_on nulls last, fct_bill.bill_key
            rows between unbounded preceding and current row
        ) as stacked,
        sum(fct_bill.amount - coalesce(spells.open, 0)) over (
            partition by fct_bill.cons_key, fct_bill.rcvbl_ym
        ) as paid
    from fct_bill
    semi join divided on fct_bill.cons_key = divided.cons_key and fct_bill.rcvbl_ym = divided.rcvbl_ym
    anti join (
        select bill_key
        from marked
        where instalment is not null
    ) as told on fct_bill.bill_key = told.bill_key
    left join spells on fct_bill.bill_key = spells.bill_key
    where
        fct_bill.is_owed
        and fct_bill.amount > 0
        and fct_bill.issued_on <= $as_of::date
        and (fct_bill.written_off_on is null or fct_bill.written_off_on > $as_of::date)
),

missed as (
    select
        month_bill.cons_key,
        month_bill.bill_key,
        greatest(divided.due_on, month_bill.issued_on) as due_on,
        least(month_bill.stacked, greatest(divided.planned_by_then - month_bill.paid, 0))
        - greatest(month_bill.stacked - month_bill.open, divided.planned_before - month_bill.paid, 0) as open
    from month_bill
    inner join divided on month_bill.cons_key = divided.cons_key and month_bill.rcvbl_ym = divided.rcvbl_ym
    where month_bill.open > 0
),

planned as (
    select
        bill_key,
        due_on,
        sum(open) as open
    from missed
    where open > 0
    group by bill_key, due_on
)
