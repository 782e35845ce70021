alive as (
    select * from fct_balance_short
    where from_on <= $as_of and from_on > $as_of::date - 62 and to_on > $as_of and is_owed
    union all
    select * from fct_balance_long
    where from_on <= $as_of and to_on > $as_of and is_owed
),

spells as (
    select
        segments.key,
        alive.* exclude (segment_key, is_owed),
        ($as_of::date - alive.due_on)::integer as days
    from alive
    inner join segments on alive.segment_key = segments.segment_key
)
