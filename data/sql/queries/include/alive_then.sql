then_alive as (
    select * from fct_balance_short
    where from_on <= $then and from_on > $then::date - 62 and to_on > $then and is_owed
    union all
    select * from fct_balance_long
    where from_on <= $then and to_on > $then and is_owed
)
