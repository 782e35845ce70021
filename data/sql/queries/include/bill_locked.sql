underway as (
    select
        cons_key,
        bill_key,
        sum(amount)::bigint as amount
    from fct_in_transit
    where amount > 0 and checked_on <= $as_of::date and (disposed_on is null or disposed_on > $as_of::date)
    group by cons_key, bill_key
),

laid as (
    select
        due_line.*,
        coalesce(underway.amount, 0) as underway,
        coalesce(marked.is_locked, false) as is_locked,
        sum(due_line.open) over (
            partition by due_line.bill_key order by due_line.due_on nulls last
            rows between unbounded preceding and current row
        ) - due_line.open as before_own
    from due_line
    left join underway on due_line.bill_key = underway.bill_key and due_line.cons_key = underway.cons_key
    left join marked on due_line.bill_key = marked.bill_key
),

lines as (
    select
        cons_key,
        bill_key,
        rcvbl_ym,
        due_on,
        open,
        least(open, greatest(underway - before_own, 0)) as own_underway,
        if(is_locked, open, least(open, greatest(underway - before_own, 0))) as own
    from laid
),

loose as (
    select
        underway.cons_key,
        sum(underway.amount) - coalesce(any_value(met.own), 0) as amount
    from underway
    left join (
        select
            cons_key,
            sum(own_underway) as own
        from lines
        group by cons_key
    ) as met on underway.cons_key = met.cons_key
    group by underway.cons_key
),

reached as (
    select
        lines.*,
        coalesce(loose.amount, 0) as loose,
        sum(lines.open - lines.own) over (
            partition by lines.cons_key order by lines.due_on nulls last, lines.bill_key
            rows between unbounded preceding and current row
        ) - (lines.open - lines.own) as before
    from lines
    left join loose on lines.cons_key = loose.cons_key
),

parts as (
    select
        *,
        (own + greatest(least(loose - before, open - own), 0))::bigint as locked_part
    from reached
)
