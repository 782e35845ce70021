-- Transformer areas with their faults, one row per record read.
create or replace table staging.typed_area as
with bared as (
    select
        file_no,
        line,
        unit,
        id_of(tg_id) as tg_id,
        bare(org_no) as org_no,
        bare(tg_no) as tg_no,
        bare(tg_name) as tg_name,
        bare(tg_cap) as tg_cap,
        bare(inst_addr) as inst_addr,
        bare(pub_priv_flag) as pub_priv_flag,
        bare(run_status_code) as run_status_code
    from text_g_tg
)

select
    file_no,
    line,
    null::bigint as amount,
    tg_id,
    org_no,
    tg_no,
    tg_name,
    number_of(tg_cap) as capacity,
    inst_addr as address,
    is_yes(pub_priv_flag) as is_private,
    run_status_code as run_status,
    key_of(tg_id) as id_key,
    check_of(tg_id) as id_check,
    false as by_content,
    case
        when tg_id is null then 'TG_ID:missing'
        when is_scientific(tg_id) then 'TG_ID:scientific'
        when tg_cap is not null and number_of(tg_cap) is null then 'TG_CAP:not_a_number'
    end as bad
from bared;
