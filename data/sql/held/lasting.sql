-- Spells of owed bills that last past their bill month, one row each: what a closed month can still hold open.
create table held.lasting as
with spell as (
    select * from fct_balance_short
    union all
    select * from fct_balance_long
)

select
    bill_key,
    cons_key,
    segment_key,
    rcvbl_ym,
    bill_year,
    from_on,
    to_on,
    open
from spell
where is_owed and year(to_on - 1) * 12 + month(to_on - 1) > rcvbl_ym // 100 * 12 + rcvbl_ym % 100
order by from_on;
