-- Bills with several receipts: each line's part applied to the bill and its excess, by a running cap; one row each.
create or replace temp table work_multi as
with bills as (
    select
        work_bill.bill_key,
        work_bill.cons_key,
        work_bill.rcvbl_ym,
        work_bill.bill_year,
        work_bill.issued_on,
        work_bill.due_on,
        work_bill.written_off_on,
        work_bill.is_billed,
        work_bill.is_owed,
        work_segment.segment_key,
        work_bill.is_billed and work_bill.amount > 0 and work_pair.cons_key is null as is_pair,
        case when work_bill.is_billed then greatest(work_bill.amount, 0) else 0 end as owed
    from work_bill
    inner join work_group on work_bill.bill_key = work_group.bill_key
    left join work_segment using (org_no, class, elec_type, volt, industry, pay_mode)
    left join work_pair
        on
            work_bill.cons_key = work_pair.cons_key
            and work_bill.rcvbl_ym = work_pair.rcvbl_ym
            and work_bill.bill_year = work_pair.bill_year
    where work_group.receipts > 1
),

running as (
    select
        bills.*,
        work_receipt.receipt_key,
        work_receipt.received_on,
        work_receipt.received_filled,
        work_receipt.is_set_off,
        work_receipt.amount,
        greatest(work_receipt.received_on, bills.issued_on) as effective_on,
        sum(work_receipt.amount) over line::bigint as net,
        coalesce(sum(work_receipt.amount) over earlier, 0)::bigint as net_before
    from work_receipt
    inner join bills on work_receipt.bill_key = bills.bill_key
    window
        line as (
            partition by bills.bill_key
            order by greatest(work_receipt.received_on, bills.issued_on), work_receipt.receipt_key
            rows between unbounded preceding and current row
        ),
        earlier as (
            partition by bills.bill_key
            order by greatest(work_receipt.received_on, bills.issued_on), work_receipt.receipt_key
            rows between unbounded preceding and 1 preceding
        )
)

select
    running.* exclude (net, net_before),
    work_cut.cut_on,
    least(net, owed) as applied_in_all,
    case when owed > 0 then least(net, owed) - least(net_before, owed) else 0 end as applied,
    case when is_billed then greatest(net - owed, 0) - greatest(net_before - owed, 0) else 0 end as excess,
    case when owed > 0 then (net >= owed)::integer - (net_before >= owed)::integer else 0 end as settles,
    coalesce(effective_on > written_off_on, false) as is_after_write_off
from running
left join work_cut on running.bill_key = work_cut.bill_key;
