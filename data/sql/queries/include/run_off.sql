-- include: run_off_met
,

-- a customer is in one cell, by all that they hold, whichever of it the scope asks about
person as materialized (
    select
        day,
        cons_key,
        min(segment_key) as segment_key,
        max(segment_key) as other_key,
        max(lag) as oldest,
        bool_or(is_due) as is_due,
        sum(open)::bigint as open,
        sum(kept)::bigint as kept
    from met
    group by day, cons_key
    having sum(open) > 0
),

several as (
    select
        met.day,
        met.cons_key,
        met.segment_key,
        any_value(person.oldest) as oldest,
        any_value(person.is_due) as is_due,
        any_value(person.open) as held,
        sum(met.open)::bigint as open,
        sum(met.kept)::bigint as kept
    from met
    inner join person on met.day = person.day and met.cons_key = person.cons_key
    where person.segment_key <> person.other_key
    group by met.day, met.cons_key, met.segment_key
    having sum(met.open) > 0
),

owing as (
    select
        day,
        cons_key,
        segment_key,
        oldest,
        is_due,
        open as held,
        open,
        kept
    from person
    where segment_key = other_key
    union all
    select * from several
),

-- include: run_off_celled
