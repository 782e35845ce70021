-- What a bill can be filtered by, one row per combination that a bill or a customer without bills has.
create or replace temp table work_segment as
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
        coalesce(cons_sort, ''::work_code),
        coalesce(elec_type, ''::work_code),
        coalesce(volt, ''::work_code),
        coalesce(trade_code, ''::work_code),
        ''::work_code
    from work_today
)

select
    (row_number() over (order by org_no, class, elec_type, volt, industry, pay_mode) - 1)::integer as segment_key,
    *,
    (dense_rank() over (order by org_no, class) - 1)::integer as core_key
from combined;

create or replace table dim_segment as
select
    segment_key,
    org_no::varchar as org_no,
    class::varchar as class,
    elec_type::varchar as elec_type,
    volt::varchar as volt,
    industry::varchar as industry,
    pay_mode::varchar as pay_mode,
    core_key
from work_segment
order by segment_key;
