-- Customers' class at billing with their faults, one row per record read.
create or replace table staging.typed_billing_snapshot as
with bared as (
    select
        file_no,
        line,
        id_of(calc_id) as calc_id,
        bare(cons_sort_code) as cons_sort,
        bare(elec_type_code) as elec_type,
        bare(trade_code) as trade_code,
        bare(volt_code) as volt
    from text_arc_e_cons_snap
)

select
    * exclude (calc_id),
    null::bigint as amount,
    key_of(calc_id) as id_key,
    check_of(calc_id) as id_check,
    false as by_content,
    case
        when calc_id is null then 'CALC_ID:missing'
        when is_scientific(calc_id) then 'CALC_ID:scientific'
    end as bad
from bared;
