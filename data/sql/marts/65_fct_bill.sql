-- Bills, one row each, with what the only receipt (or all receipts together) did to it; in the order of the extract.
create or replace table fct_bill_row as
with joined as (
    select
        coalesce(work_bill.bill_key, work_group.bill_key) as bill_key,
        work_bill.* exclude (
            bill_key, org_no, class, elec_type, volt, industry, pay_mode, received_by_extract, amt_type, settle_flag
        ),
        work_segment.segment_key,
        work_segment.core_key,
        work_bill.amt_type,
        work_bill.settle_flag,
        work_bill.received_by_extract,
        coalesce(work_group.receipts, 0) as receipts,
        coalesce(work_group.received, 0) as received,
        case when work_group.receipts = 1 then work_group.receipt_key end as receipt_key,
        case when work_group.receipts = 1 then work_group.received_on end as received_on,
        case
            when work_group.receipts = 1 then greatest(work_group.received_on, work_bill.issued_on)
        end as effective_on,
        coalesce(work_group.received_filled, false) as received_filled,
        coalesce(work_group.is_set_off, false) as is_set_off,
        case when work_bill.is_billed then greatest(work_bill.amount, 0) else 0 end as owed
    from work_bill
    left join work_segment using (org_no, class, elec_type, volt, industry, pay_mode)
    full outer join work_group on work_bill.bill_key = work_group.bill_key
)

select
    joined.* exclude (owed),
    greatest(due_on, issued_on) as due_counted_on,
    case when is_billed then amount else 0 end as billed,
    work_cut.cut_on,
    case
        when not is_billed then 0
        when amount <= 0 then amount
        when receipts > 1 then work_multi_bill.collected
        when effective_on > written_off_on then 0
        else least(received, owed)
    end as collected,
    case
        when not is_billed then 0
        when amount <= 0 then if(issued_on <= due_on, amount, 0)
        when receipts > 1 then work_multi_bill.collected_by_due
        when effective_on > due_on or effective_on > written_off_on then 0
        else least(received, owed)
    end as collected_by_due,
    case
        when not is_owed or amount <= 0 or issued_on > due_on + 1 or written_off_on <= due_on + 1 then 0
        when receipts > 1 then owed - work_multi_bill.applied_after_due
        when effective_on > due_on + 1 then owed
        else owed - least(received, owed)
    end as open_after_due,
    case when is_billed then greatest(received - owed, 0) else 0 end as excess,
    is_billed and amount > 0 and work_pair.cons_key is null as is_pair
from joined
left join work_multi_bill on joined.bill_key = work_multi_bill.bill_key
left join work_cut on joined.bill_key = work_cut.bill_key
left join work_pair
    on
        joined.cons_key = work_pair.cons_key
        and joined.rcvbl_ym = work_pair.rcvbl_ym
        and joined.bill_year = work_pair.bill_year;
