,

windowed as (
    select
        *,
        if($window = 'year', arrears_year, arrears_12m) as arrears,
        if($window = 'year', periods_year, periods_12m) as periods,
        if($window = 'year', theft_year, theft_12m) as thefts
    from filtered
),

picked as (
    select
        *,
        arrears > 1 and arrears * 12 > $many::bigint * periods as is_many,
        thefts > 0 as is_theft
    from windowed
)
