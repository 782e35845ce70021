-- What only credit grading reads: prepayments by month, one row per (cons_key, prepay_ym).
create or replace table fct_prepay_month as
select
    dim_customer.cons_key,
    stg_prepay_flow.prepay_ym,
    sum(stg_prepay_flow.amount)::bigint as amount
from stg_prepay_flow
inner join dim_customer on stg_prepay_flow.cons_no = dim_customer.cons_no
where
    stg_prepay_flow.prepay_ym is not null
    and coalesce(stg_prepay_flow.bal_type not in ('11', '12', '13', '14'), true)
group by dim_customer.cons_key, stg_prepay_flow.prepay_ym;

-- Planned instalments with what is planned of the bill month up to each, one row per plan line.
create or replace table fct_instalment as
select
    dim_customer.cons_key,
    stg_instalment.rcvbl_ym,
    stg_instalment.amount,
    stg_instalment.due_on,
    sum(stg_instalment.amount) over (
        partition by dim_customer.cons_key, stg_instalment.rcvbl_ym
        order by stg_instalment.due_on, stg_instalment.line
    )::bigint as planned_by_then
from stg_instalment
inner join dim_customer on stg_instalment.cons_no = dim_customer.cons_no
where stg_instalment.due_on is not null and stg_instalment.amount > 0;

-- Which sources the loads brought at all, so that none is told from unknown, one row.
create or replace table meta_credit as
select
    exists (select 1 from stg_violation)
    or exists (select 1 from meta_file where table_name like '%S_POWER_VIOLATE_STEAL') as violations_known,
    exists (select 1 from stg_prepay_flow)
    or exists (select 1 from meta_file where table_name like '%A_PREPAY_FLOW') as prepaid_known,
    exists (select 1 from stg_customer where mobile is not null)
    or exists (select 1 from meta_file where table_name like '%C_CONTACT') as contacts_known;
