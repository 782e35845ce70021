credit_violation as (
    select
        cons_key,
        count(*) filter (where kind = 'theft') as theft_count,
        $as_of::date - max(occurred_on) filter (where kind = 'theft') as theft_days,
        count(*) filter (where kind = 'theft' and is_near) as theft_count_36m,
        sum(amount) filter (where kind = 'theft' and is_near)::bigint as theft_fen_36m,
        count(*) filter (where kind = 'violation') as violation_count,
        $as_of::date - max(occurred_on) filter (where kind = 'violation') as violation_days,
        count(*) filter (where kind = 'violation' and is_near) as violation_count_36m,
        count(*) filter (where kind is null) as unknown_violations,
        count(*) filter (where kind is null and is_near) as unknown_violations_36m
    from (
        select
            *,
            occurred_on > ($as_of::date - interval 3 year)::date as is_near
        from fct_violation
        where occurred_on <= $as_of::date
    )
    group by cons_key
),

facts as (
    select
        cons_key,
        lower(fact) as fact,
        coalesce(arg_max(value, coalesce(fact_on, make_date(1900, 1, 1))), 0) as latest,
        coalesce(sum(value) filter (where fact_on > ($as_of::date - interval 1 year)::date), 0) as in_12m
    from fct_customer_fact
    where coalesce(fact_on <= $as_of::date, true)
    group by cons_key, lower(fact)
),

credit_fact as (
    select
        cons_key,
        coalesce(
            max(latest) filter (where fact in ('court_notices', 'court_hearings', 'court_case')), 0
        ) as fact_court_notices,
        coalesce(max(latest) filter (where fact in ('judgments', 'court_judgements')), 0) as fact_judgments,
        coalesce(max(latest) filter (where fact in ('enforced_amount', 'court_enforced')), 0) as fact_enforced_amount,
        coalesce(max(latest) filter (where fact in ('frozen_amount', 'assets_frozen')), 0) as fact_frozen_amount,
        coalesce(sum(latest) filter (where fact in ('equity_pledged', 'chattel_mortgaged')), 0) as fact_pledged_amount,
        coalesce(
            max(latest) filter (where fact in ('business_abnormalities', 'abnormal')), 0
        ) as fact_business_abnormalities,
        coalesce(
            max(latest) filter (where fact = 'asset_freeze'),
            count(*) filter (where fact in ('frozen_amount', 'assets_frozen') and latest > 0)
        ) as fact_freezes,
        coalesce(
            max(latest) filter (where fact = 'pledge'),
            count(*) filter (where fact in ('equity_pledged', 'chattel_mortgaged') and latest > 0)
        ) as fact_pledges,
        coalesce(max(in_12m) filter (where fact = 'accident'), 0) as fact_accidents,
        max(latest) filter (where fact = 'deposit') as deposit_yuan
    from facts
    group by cons_key
)
