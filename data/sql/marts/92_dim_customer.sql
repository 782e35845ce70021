-- Customers, one row per customer number; `segment_key` is that of the latest bill, else today's attributes.
-- `closed_on` is null where the account is not closed, and before all days where it is closed and nobody says since when.
-- `first_paid_on`, `last_paid_on` are of bills with one receipt: the lines of others are few, and read.
create or replace table dim_customer as
with latest as (
    select
        cons_key,
        (max(rcvbl_ym::bigint * 4294967296 + segment_key) % 4294967296)::integer as segment_key,
        min(issued_on) as first_issued_on,
        max(issued_on) as last_issued_on,
        min(issued_on) filter (where is_billed) as first_billed_on,
        max(issued_on) filter (where is_billed) as last_billed_on,
        min(effective_on) filter (where received > 0) as first_paid_on,
        max(effective_on) filter (where received > 0) as last_paid_on
    from fct_bill
    group by cons_key
)

select
    work_customer.*,
    dim_area.area_key,
    dim_area.tg_no,
    dim_area.tg_name,
    work_customer.cust_id as owner,
    coalesce(
        work_customer.cancelled_on, case when work_customer.status_code = '9' then date '0001-01-01' end
    ) as closed_on,
    coalesce(latest.segment_key, dim_segment.segment_key) as segment_key,
    latest.first_issued_on,
    latest.last_issued_on,
    latest.first_billed_on,
    latest.last_billed_on,
    latest.first_paid_on,
    latest.last_paid_on
from work_customer
left join latest on work_customer.cons_key = latest.cons_key
left join dim_area on work_customer.tg_id = dim_area.tg_id
left join dim_segment
    on
        work_customer.org_no = dim_segment.org_no
        and coalesce(work_customer.cons_sort, '') = dim_segment.class
        and coalesce(work_customer.elec_type, '') = dim_segment.elec_type
        and coalesce(work_customer.volt, '') = dim_segment.volt
        and coalesce(work_customer.trade_code, '') = dim_segment.industry
        and dim_segment.pay_mode = ''
order by work_customer.cons_key;
