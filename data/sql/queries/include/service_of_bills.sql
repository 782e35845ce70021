),

holders as (
    select
        scoped.cons_key,
        scoped.cons_no,
        scoped.org_no,
        scoped.cancelled_on,
        scoped.began_on,
        service_holders.grade,
        service_holders.from_on,
        service_holders.to_on
    from scoped
    inner join service_holders on scoped.cons_no = service_holders.cons_no
),

bills as (
    select
        bill_key,
        cons_key,
        issued_on,
        due_on,
        is_owed
    from fct_bill
    where
        is_billed
        and amount > 0
        and issued_on <= $as_of::date
        and issued_on <= $last::date
        and greatest(due_on, issued_on + $longest::integer) >= $first::date
        and due_counted_on >= $first::date - $longest::integer -- the same, less exactly, as row groups know it
),

of_bills as (
    select
        holders.*,
        service_rules.service,
        bills.bill_key,
        case service_rules.start
            when 'issue' then bills.issued_on + service_rules.days
            else greatest(bills.due_on - service_rules.days, bills.issued_on)
        end as due_on,
        service_rules.start = 'due' as needs_open
    from bills
    inner join holders on bills.cons_key = holders.cons_key
    inner join service_rules on holders.grade = service_rules.grade
    where service_rules.start = 'issue' or (service_rules.start = 'due' and bills.is_owed)
)
