-- Customers with their faults, one row per record read.
create or replace table staging.typed_customer as
with bared as (
    select
        file_no,
        line,
        unit,
        id_of(cons_id) as cons_id,
        bare(cons_no) as cons_no,
        id_of(cust_id) as cust_id,
        bare(cons_name) as cons_name,
        bare(elec_addr) as elec_addr,
        bare(mobile) as mobile,
        bare(org_no) as org_no,
        bare(cons_sort_code) as cons_sort_code,
        bare(elec_type_code) as elec_type_code,
        bare(trade_code) as trade_code,
        bare(hec_industry_code) as hec_industry_code,
        bare(volt_code) as volt_code,
        bare(contract_cap) as contract_cap,
        bare(run_cap) as run_cap,
        bare(shift_no) as shift_no,
        bare(lode_attr_code) as lode_attr_code,
        bare(build_date) as build_date,
        bare(cancel_date) as cancel_date,
        bare(notify_mode) as notify_mode,
        bare(settle_mode) as settle_mode,
        bare(status_code) as status_code,
        bare(mr_sect_no) as mr_sect_no,
        bare(rrio_code) as rrio_code,
        bare(poweroff_code) as poweroff_code,
        bare(tmp_flag) as tmp_flag,
        bare(urban_rural_flag) as urban_rural_flag,
        bare(ctl_mode) as ctl_mode,
        bare(low_income) as low_income
    from text_c_cons
)

select
    file_no,
    line,
    null::bigint as amount,
    cons_id,
    cons_no,
    cust_id,
    cons_name as name,
    elec_addr as address,
    mobile,
    org_no,
    cons_sort_code as cons_sort,
    elec_type_code as elec_type,
    trade_code,
    hec_industry_code as hec_code,
    volt_code as volt,
    number_of(contract_cap) as contract_cap,
    number_of(run_cap) as run_cap,
    shift_no,
    lode_attr_code as load_attr,
    day_of(build_date) as built_on,
    day_of(cancel_date) as cancelled_on,
    notify_mode,
    settle_mode,
    status_code,
    mr_sect_no as sect_no,
    rrio_code as importance,
    poweroff_code,
    coalesce(is_yes(tmp_flag)::integer::varchar, tmp_flag) as temporary,
    urban_rural_flag as urban_rural,
    ctl_mode,
    coalesce(is_yes(low_income), not is_nothing(low_income) and ltrim(low_income, '0') <> '') as low_income,
    key_of(cons_no) as id_key,
    check_of(cons_no) as id_check,
    false as by_content,
    case
        when cons_no is null then 'CONS_NO:missing'
        when is_scientific(cons_no) then 'CONS_NO:scientific'
        when is_worded(cons_no) then 'CONS_NO:words'
        when contract_cap is not null and number_of(contract_cap) is null then 'CONTRACT_CAP:not_a_number'
        when run_cap is not null and number_of(run_cap) is null then 'RUN_CAP:not_a_number'
        when is_bad_day(build_date, day_of(build_date)) then 'BUILD_DATE:not_a_date'
        when is_bad_day(cancel_date, day_of(cancel_date)) then 'CANCEL_DATE:not_a_date'
    end as bad
from bared;
