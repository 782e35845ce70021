-- What a bill can be filtered by, one row per combination that a bill or a customer without bills has.
create or replace table dim_segment as
with combined as (
    select distinct
        org_no,
        class,
        elec_type,
        volt,
        industry,
        pay_mode
    from work_bill
    union
    select distinct
        org_no,
        coalesce(cons_sort, ''),
        coalesce(elec_type, ''),
        coalesce(volt, ''),
        coalesce(trade_code, ''),
        ''
    from work_customer
)

select
    (row_number() over (order by org_no, class, elec_type, volt, industry, pay_mode) - 1)::integer as segment_key,
    *,
    (dense_rank() over (order by org_no, class) - 1)::integer as core_key
from combined
order by segment_key;
