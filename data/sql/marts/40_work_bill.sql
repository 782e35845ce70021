-- Bills with their dates filled, their kind read and their attributes at billing, one row per bill.
create or replace temp table work_bill as
with dated as (
    select
        stg_bill.*,
        coalesce(released_on, last_day(make_date(rcvbl_ym // 100, rcvbl_ym % 100, 1))) as issued_on,
        not coalesce(invisible, false)
        and not coalesce(list_contains(meta_rules.not_billed_types, amt_type), false) as is_billed,
        coalesce(list_contains(meta_rules.not_owed_types, amt_type), false) as is_not_owed,
        meta_rules.due_days
    from stg_bill
    cross join meta_rules
)

select
    dated.bill_key,
    work_today.cons_key,
    dated.rcvbl_ym,
    greatest(dated.rcvbl_ym // 100, year(dated.issued_on))::smallint as bill_year,
    dated.issued_on,
    dated.released_on is null as issue_filled,
    coalesce(dated.penalty_from - 1, dated.issued_on + dated.due_days)::date as due_on,
    dated.penalty_from is null as due_filled,
    dated.amount,
    dated.is_billed,
    dated.is_billed and not dated.is_not_owed as is_owed,
    if(
        work_write_off.bill_key is not null, greatest(work_write_off.cancelled_on, dated.issued_on), null
    ) as written_off_on,
    dated.kwh,
    dated.other_no,
    dated.has_number,
    dated.amt_type,
    dated.settle_flag,
    dated.received_by_extract,
    coalesce(dated.org_no::work_org, work_today.org_no, '-'::work_org) as org_no,
    coalesce(
        said.cons_sort, dated.cons_sort::work_code, work_today.cons_sort, ''::work_code
    ) as class,
    coalesce(
        said.elec_type, dated.elec_type::work_code, work_today.elec_type, ''::work_code
    ) as elec_type,
    coalesce(said.volt, work_today.volt, ''::work_code) as volt,
    coalesce(said.trade_code, work_today.trade_code, ''::work_code) as industry,
    coalesce(dated.pay_mode::work_code, ''::work_code) as pay_mode,
    said.cons_sort is null and dated.cons_sort is null as class_is_todays,
    snap.calc_id is null as industry_is_todays
from dated
left join work_today on dated.cons_no = work_today.cons_no
left join work_snapshot as snap on dated.calc_id = snap.calc_id
left join work_said_code as said on snap.said = said.said
left join work_write_off on dated.bill_key = work_write_off.bill_key;

drop table temp.main.work_snapshot;
